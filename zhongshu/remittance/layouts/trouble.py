"""Why a bank's file, or the description of one, is not taken: every fault with its place."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from zhongshu.kernel.errors import Refusal

MOST_SAID = 20


@dataclass(frozen=True, slots=True)
class Trouble:
    """One fault. `line` counts from 1, 0 is the file as a whole; `place` is a field, a column or bytes of the line."""

    line: int
    place: str
    words: str

    def __str__(self) -> str:
        at = _("第 %(line)s 行") % {"line": self.line} if self.line else ""
        where = " ".join(part for part in (at, self.place) if part)
        return _("%(where)s：%(words)s") % {"where": where, "words": self.words} if where else self.words


class FileRefused(Refusal):
    """The file is not what it should be; nothing of it was taken. `troubles` says where and why."""

    code = "file_refused"
    status = 422

    def __init__(self, troubles: Sequence[Trouble], *, field: str = "file") -> None:
        self.troubles = tuple(troubles)
        said = "\n".join(map(str, self.troubles[:MOST_SAID]))
        more = len(self.troubles) - MOST_SAID
        super().__init__(said + ("\n" + _("……另有 %(more)s 处") % {"more": more} if more > 0 else ""), field=field)


class LayoutRefused(FileRefused):
    """The description of a bank's file is wrong; `place` is the way to the fault, as in `out.detail[3].width`."""

    code = "layout_refused"

    def __init__(self, troubles: Sequence[Trouble]) -> None:
        super().__init__(troubles, field="rules")


def refused(line: int, place: str, words: str) -> FileRefused:
    """One fault alone."""
    return FileRefused([Trouble(line, place, words)])
