"""`bin/demo`: everything from nothing to a running company."""

from __future__ import annotations

import argparse
import errno
import os
import socket
from pathlib import Path
from typing import NoReturn

import _bootstrap


def main() -> NoReturn:
    options = _options()
    _bootstrap.enter("runtime")
    import _ready

    _check_port(options.port)
    if options.fresh:
        _ready.wipe(options.data)
    _ready.pages()
    _ready.database(options.data)
    python = str(_bootstrap.PYTHON)
    command = [python, "-m", "zhongshu", "demo", "--port", str(options.port), "--data", str(options.data)]
    os.execv(python, command)  # noqa: S606


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="bin/demo", description="Runs Zhongshu with a company to try it on.")
    parser.add_argument("--port", type=int, default=8000, help="port of the pages (8000)")
    parser.add_argument("--data", type=_directory, default=_default_data(), help="directory of the data (var/data)")
    parser.add_argument("--fresh", action="store_true", help="delete that data first")
    options = parser.parse_args()
    if not 0 < options.port < 65536:
        parser.error("a port is a number from 1 to 65535")
    return options


def _directory(text: str) -> Path:
    if not text:
        raise argparse.ArgumentTypeError("a directory needs a name")
    return Path(text).absolute()


def _default_data() -> Path:
    return _directory(os.environ.get("ZHONGSHU_DATA") or str(_bootstrap.REPOSITORY / "var" / "data"))


def _check_port(port: int) -> None:
    with socket.socket() as door:
        door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            door.bind(("127.0.0.1", port))
        except OSError as refusal:
            if refusal.errno == errno.EADDRINUSE:
                _bootstrap.give_up(f"port {port} is taken: stop the program that uses it, or choose with --port.")
            _bootstrap.give_up(f"port {port} can't be used ({refusal.strerror}): choose another with --port.")


main()
