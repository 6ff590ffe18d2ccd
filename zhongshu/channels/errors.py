"""Refusals of the channels."""

from zhongshu.kernel.errors import Refusal


class BadSignature(Refusal):
    """The message does not carry the signature of its door, or carries it too late."""

    code = "bad_signature"
    status = 401


class ExtensionTaken(Refusal):
    """The extension rings at somebody else's desk."""

    code = "extension_taken"


class AlreadyDone(Refusal):
    """Somebody has done it already, perhaps a moment ago."""

    code = "already_done"


class NoRecording(Refusal):
    """There is no recording of the call."""

    code = "no_recording"


class IllegalSheetMove(Refusal):
    """The order sheet is not in a state in which this can be done."""

    code = "illegal_sheet_move"


class OwnReply(Refusal):
    """Whoever wrote a reply does not approve it."""

    code = "own_reply"


class ScanRefused(Refusal):
    """A scan that cannot be read."""

    code = "scan_refused"
    status = 422


class NotRelieved(Refusal):
    """There is nobody to relieve, or it is not for you to do."""

    code = "not_relieved"
