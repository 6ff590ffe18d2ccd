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


class NumberUsed(Refusal):
    """Another one has that number."""

    code = "number_used"


class Implausible(Refusal):
    """A reading that is rather a slip; said once more with `is_sure`, it is taken."""

    code = "implausible_reading"


class ReadingExists(Refusal):
    """The meter was read that day, or later."""

    code = "reading_exists"


class PeriodCharged(Refusal):
    """Bills were issued from it: they are to be reversed first."""

    code = "period_charged"


class CannotShare(Refusal):
    """There is nobody to share the cost, or what it is shared by is not known of all."""

    code = "cannot_share"
