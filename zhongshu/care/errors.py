"""Refusals of care."""

from zhongshu.kernel.errors import Refusal


class NotNow(Refusal):
    """What is asked for does not fit the state."""

    code = "not_now"


class LinkDead(Refusal):
    """Nothing is behind this link: unknown, expired, or opened by somebody else. All three sound the same."""

    code = "link_dead"
    status = 404


class Involved(Refusal):
    """Who judged it, is complained about, or lives there does not review it."""

    code = "involved"
