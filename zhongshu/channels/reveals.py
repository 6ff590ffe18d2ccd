"""Numbers of callers can be revealed."""

from zhongshu.cases.permissions import REVEAL_PHONES
from zhongshu.channels.models import CallBack
from zhongshu.channels.permissions import ANSWER_CALLS
from zhongshu.channels.queries.calls import calls_visible
from zhongshu.identity.actor import Actor
from zhongshu.identity.masking import Revealed, revealable


def caller_of(actor: Actor, call_id: int) -> Revealed | None:
    """The number of a call that the actor may see."""
    call = calls_visible(actor).filter(pk=call_id).first()
    return Revealed(call.number, call.site_id) if call else None


def owed_to(actor: Actor, call_back_id: int) -> Revealed | None:
    """The number to call back: of the work itself, so whoever may do it may see it."""
    task = actor.visible(CallBack.objects.all(), ANSWER_CALLS).filter(pk=call_back_id).first()
    return Revealed(task.number, task.site_id) if task else None


revealable("channels.call", caller_of, REVEAL_PHONES)
revealable("channels.callback", owed_to, ANSWER_CALLS)
