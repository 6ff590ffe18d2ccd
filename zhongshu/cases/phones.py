"""How the number of a caller is revealed (and the look at it logged)."""

from zhongshu.cases.models import Case
from zhongshu.cases.permissions import REVEAL_PHONES
from zhongshu.identity.masking import Revealed, revealable


def caller_of(case_id: str) -> Revealed | None:
    """The number from which the case was reported."""
    row = (
        Case.objects.filter(pk=case_id).values_list("caller_phone", "site_id").first() if case_id.isdecimal() else None
    )
    return Revealed(*row) if row else None


revealable("cases.case", caller_of, REVEAL_PHONES)
