"""How the number of a caller is revealed (and the look at it logged)."""

from zhongshu.cases.models import Case
from zhongshu.cases.permissions import REVEAL_PHONES
from zhongshu.identity.masking import Revealed, revealable


def caller_of(case_id: str) -> Revealed | None:
    """The number under which whoever reported the case is reached."""
    case = Case.objects.select_related("customer").filter(pk=case_id).first() if case_id.isdecimal() else None
    return Revealed(case.number_to_call, case.site_id) if case else None


revealable("cases.case", caller_of, REVEAL_PHONES)
