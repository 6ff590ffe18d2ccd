"""The number of a caller can be revealed."""

from zhongshu.cases.permissions import REVEAL_PHONES
from zhongshu.cases.queries import cases_visible
from zhongshu.identity.actor import Actor
from zhongshu.identity.masking import Revealed, revealable


def caller_of(actor: Actor, case_id: int) -> Revealed | None:
    """The number under which whoever reported a case that the actor may see is reached."""
    case = cases_visible(actor).select_related("customer").filter(pk=case_id).first()
    return Revealed(case.number_to_call, case.site_id) if case else None


revealable("cases.case", caller_of, REVEAL_PHONES)
