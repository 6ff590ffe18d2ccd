"""What knowledge says when it says no."""

from zhongshu.kernel.errors import Refusal


class IllegalVersionMove(Refusal):
    """The version is not in a state for this; the message says how it stands."""

    code = "illegal_version_move"


class OwnText(Refusal):
    """Who wrote a text does not settle it."""

    code = "own_text"


class DraftThere(Refusal):
    """Somebody is already writing the next version."""

    code = "draft_there"


class NothingToRead(Refusal):
    """Nobody has asked you to read this, or you have confirmed it already."""

    code = "nothing_to_read"


class RequestEnded(Refusal):
    """The request to read has been taken back."""

    code = "request_ended"
