"""The moves of an order as addresses take them: `POST /orders/<number>/<noun>`."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from zhongshu.work import actions
from zhongshu.work.forms import HoldForm, MoveForm, NoteForm, ObjectionForm, ReasonForm, ReassignmentForm
from zhongshu.work.lifecycle import Verb


@dataclass(frozen=True, slots=True)
class Noun:
    """A move: its address, its form, its action (which takes the form's fields), what is said when it is done."""

    noun: str
    verb: Verb
    form: type[MoveForm]
    act: Callable[..., Any]
    done: Any
    is_primary: bool = False


NOUNS = {
    noun.noun: noun
    for noun in (
        Noun("acceptance", Verb.ACCEPT, MoveForm, actions.accept, _("已接单。"), is_primary=True),
        Noun("departure", Verb.TRAVEL, MoveForm, actions.travel, _("已出发。"), is_primary=True),
        Noun("arrival", Verb.ARRIVE, MoveForm, actions.arrive, _("已到场。"), is_primary=True),
        Noun("completion", Verb.FINISH, NoteForm, actions.finish, _("已完工，等待验收。"), is_primary=True),
        Noun("resumption", Verb.RESUME, MoveForm, actions.resume, _("已恢复处理。"), is_primary=True),
        Noun("sign-off", Verb.SIGN_OFF, NoteForm, actions.sign_off, _("已验收并关闭。"), is_primary=True),
        Noun("objection", Verb.OBJECT, ObjectionForm, actions.object_to, _("已退单，等待主管裁定。")),
        Noun("overruling", Verb.OVERRULE, ReasonForm, actions.overrule, _("已驳回退单。")),
        Noun("reassignment", Verb.REASSIGN, ReassignmentForm, actions.reassign, _("已转派。")),
        Noun("hold", Verb.HOLD, HoldForm, actions.hold, _("已挂起。")),
        Noun("reopening", Verb.REOPEN, ReasonForm, actions.reopen, _("已重开并重新派单。")),
        Noun("withdrawal", Verb.WITHDRAW, ReasonForm, actions.withdraw, _("已撤销。")),
    )
}


def nouns_for(verbs: tuple[Verb, ...]) -> list[Noun]:
    """The nouns of those moves; dispatching by hand is a reassignment from nobody."""
    wanted = {Verb.REASSIGN if verb == Verb.DISPATCH else verb for verb in verbs}
    return [noun for noun in NOUNS.values() if noun.verb in wanted]
