"""What billing says when it says no."""

from zhongshu.kernel.errors import Refusal


class SecondPersonNeeded(Refusal):
    """Who asked for it cannot be the one who approves it."""

    code = "second_person_needed"


class AlreadyDecided(Refusal):
    """It was approved, refused or withdrawn before."""

    code = "already_decided"


class ItemInUse(Refusal):
    """Bills were issued for the item: how it is charged cannot change any more."""

    code = "item_in_use"


class PeriodOverlap(Refusal):
    """Something else holds in that time already."""

    code = "period_overlap"


class ChangedMeanwhile(Refusal):
    """What would be charged is no longer what was looked at."""

    code = "changed_meanwhile"


class NotNow(Refusal):
    """In its state this cannot be done."""

    code = "not_now"


class ReferenceUsed(Refusal):
    """Other money was recorded under this reference of the method."""

    code = "reference_used"


class NotEnough(Refusal):
    """There is less of it than is asked for."""

    code = "not_enough"


class AlreadyCharged(Refusal):
    """The same was charged before, with another amount."""

    code = "already_charged"
