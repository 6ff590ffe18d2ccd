"""Sets papers in a process of its own: what typst keeps in memory goes with it, and the caller prepares the next
meanwhile.

    with Typesetter(template, at=at) as setter:
        for content in setter.papers(data for data in …):
"""

import struct
import subprocess
import sys
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Self

from zhongshu.web.paper import data_text, set_text

_LENGTH = struct.Struct(">Q")


class Typesetter:
    """One template, one instant, any number of papers. It ends with the block, or when the caller dies.

    Raises OSError when the process ends before it has answered.
    """

    def __init__(self, template: Path, *, at: datetime) -> None:
        command = [sys.executable, "-m", __name__, str(template), str(int(at.timestamp()))]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        for end in (self._process.stdin, self._process.stdout):
            if end is not None and not end.closed:
                end.close()
        self._process.wait()

    def papers(self, each: Iterable[Mapping[str, Any]]) -> Iterator[bytes]:
        """The papers in the order of their data. The data of the next are asked for while one is being set."""
        is_setting = False
        for data in each:
            given = data_text(data).encode()
            if is_setting:
                yield _read(self._out)
            _write(self._in, given)
            is_setting = True
        if is_setting:
            yield _read(self._out)

    @property
    def _in(self) -> IO[bytes]:
        assert self._process.stdin is not None  # noqa: S101 - asked for when it was started
        return self._process.stdin

    @property
    def _out(self) -> IO[bytes]:
        assert self._process.stdout is not None  # noqa: S101 - likewise
        return self._process.stdout


def _write(to: IO[bytes], content: bytes) -> None:
    to.write(_LENGTH.pack(len(content)) + content)
    to.flush()


def _read(source: IO[bytes]) -> bytes:
    head = source.read(_LENGTH.size)
    if len(head) < _LENGTH.size:
        raise OSError("the typesetter is gone")
    return source.read(_LENGTH.unpack(head)[0])


def _work(template: Path, seconds: int) -> None:
    source, to = sys.stdin.buffer, sys.stdout.buffer
    while head := source.read(_LENGTH.size):
        given = source.read(_LENGTH.unpack(head)[0]).decode()
        _write(to, set_text(template, given, seconds=seconds, tagged=False))


if __name__ == "__main__":
    _work(Path(sys.argv[1]), int(sys.argv[2]))
