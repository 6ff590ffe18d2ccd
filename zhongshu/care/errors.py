"""Refusals of care."""

from zhongshu.kernel.errors import Refusal


class NotNow(Refusal):
    """What is asked for does not fit the state."""

    code = "not_now"
