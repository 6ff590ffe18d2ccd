"""What stands in the way of a backup or of its restore."""

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
