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


class AlreadyDone(Refusal):
    """Somebody has done it already, perhaps a moment ago."""

    code = "already_done"


class NothingToCollect(Refusal):
    """Nobody who may be debited owes anything that is not on its way already."""

    code = "nothing_to_collect"


class Overlapping(Refusal):
    """Something of the kind is there already in that time, or under that name."""

    code = "overlapping"
