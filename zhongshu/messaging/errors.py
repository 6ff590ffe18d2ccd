"""What messaging refuses."""

from zhongshu.kernel.errors import Refusal


class NotResendable(Refusal):
    """It waits, or has been delivered or withdrawn."""

    code = "not_resendable"


class NotToHandOver(Refusal):
    """Only a letter that waits is handed over."""

    code = "not_to_hand_over"
