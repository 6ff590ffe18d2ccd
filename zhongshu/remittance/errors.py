"""Refusals of remittance."""

from zhongshu.kernel.errors import Refusal


class NothingOwed(Refusal):
    """There is nothing to be paid."""

    code = "nothing_owed"


class NoMerchant(Refusal):
    """The site cannot be paid that way."""

    code = "no_merchant"


class ProviderAway(Refusal):
    """The provider gives no answer; the order will be looked after, but cannot be paid now."""

    code = "provider_away"
    status = 503


class ProviderRefused(Refusal):
    """The provider will not take the order."""

    code = "provider_refused"
    status = 502


class IllegalMove(Refusal):
    """Not in this state."""

    code = "illegal_move"


class SamePerson(Refusal):
    """What one person proposes another decides."""

    code = "same_person"
