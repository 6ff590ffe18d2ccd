"""What stands in the way of a backup or of its restore."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.utils.translation import gettext as _

from zhongshu.kernel.errors import Refusal


class CannotBackUp(Refusal):
    """There is nothing to back up, or no place for it."""

    code = "cannot_back_up"


class NotABackup(Refusal):
    """The file is of another kind, cut off, damaged, or made by a newer program. Nothing was touched."""

    code = "not_a_backup"


class CannotRestore(Refusal):
    """The backup is sound, but can't go where it should. What was there is there still."""

    code = "cannot_restore"


@contextmanager
def writing(place: Path, refusal: type[Refusal]) -> Iterator[None]:
    """Within it, what the file system refuses becomes that refusal, with the place and the reason."""
    try:
        yield
    except OSError as error:
        reason = error.strerror or str(error)
        raise refusal(_("无法写入 %(file)s：%(reason)s。") % {"file": place, "reason": reason}) from error
