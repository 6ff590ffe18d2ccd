"""The life of a work order: its states, its verbs and the one table of legal moves."""

from enum import StrEnum

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class State(StrEnum):
    NEW = "new"
    DISPATCHED = "dispatched"
    ACCEPTED = "accepted"
    TRAVELLING = "travelling"
    ON_SITE = "on_site"
    DONE = "done"
    SIGNED_OFF = "signed_off"
    CLOSED = "closed"
    ON_HOLD = "on_hold"
    OBJECTED = "objected"
    REOPENED = "reopened"
    WITHDRAWN = "withdrawn"


STATE_LABELS = {
    State.NEW: _("待派单"),
    State.DISPATCHED: _("待接单"),
    State.ACCEPTED: _("已接单"),
    State.TRAVELLING: _("在途"),
    State.ON_SITE: _("已到场"),
    State.DONE: _("待验收"),
    State.SIGNED_OFF: _("已验收"),
    State.CLOSED: _("已关闭"),
    State.ON_HOLD: _("挂起"),
    State.OBJECTED: _("退单待裁定"),
    State.REOPENED: _("已重开"),
    State.WITHDRAWN: _("已撤销"),
}


class Verb(StrEnum):
    DISPATCH = "dispatch"
    ACCEPT = "accept"
    OBJECT = "object"
    OVERRULE = "overrule"
    TRAVEL = "travel"
    ARRIVE = "arrive"
    FINISH = "finish"
    SIGN_OFF = "sign_off"
    CLOSE = "close"
    HOLD = "hold"
    RESUME = "resume"
    REASSIGN = "reassign"
    WITHDRAW = "withdraw"
    REOPEN = "reopen"


VERB_LABELS = {
    Verb.DISPATCH: _("派单"),
    Verb.ACCEPT: _("接单"),
    Verb.OBJECT: _("退单"),
    Verb.OVERRULE: _("驳回退单"),
    Verb.TRAVEL: _("出发"),
    Verb.ARRIVE: _("到场"),
    Verb.FINISH: _("完工"),
    Verb.SIGN_OFF: _("验收"),
    Verb.CLOSE: _("关闭"),
    Verb.HOLD: _("挂起"),
    Verb.RESUME: _("恢复"),
    Verb.REASSIGN: _("转派"),
    Verb.WITHDRAW: pgettext_lazy("work", "撤销"),
    Verb.REOPEN: _("重开"),
}

MOVES: dict[Verb, dict[State, State]] = {
    Verb.DISPATCH: dict.fromkeys((State.NEW, State.REOPENED), State.DISPATCHED),
    Verb.ACCEPT: {State.DISPATCHED: State.ACCEPTED},
    Verb.OBJECT: {State.DISPATCHED: State.OBJECTED},
    Verb.OVERRULE: {State.OBJECTED: State.DISPATCHED},
    Verb.TRAVEL: {State.ACCEPTED: State.TRAVELLING},
    Verb.ARRIVE: dict.fromkeys((State.ACCEPTED, State.TRAVELLING), State.ON_SITE),
    # An enquiry is answered from the desk: nobody travels.
    Verb.FINISH: dict.fromkeys((State.ON_SITE, State.ACCEPTED), State.DONE),
    Verb.SIGN_OFF: {State.DONE: State.SIGNED_OFF},
    Verb.CLOSE: {State.SIGNED_OFF: State.CLOSED},
    Verb.HOLD: dict.fromkeys((State.ACCEPTED, State.TRAVELLING, State.ON_SITE), State.ON_HOLD),
    Verb.RESUME: {State.ON_HOLD: State.ACCEPTED},
    Verb.REASSIGN: dict.fromkeys(
        (
            State.DISPATCHED,
            State.ACCEPTED,
            State.TRAVELLING,
            State.ON_SITE,
            State.ON_HOLD,
            State.OBJECTED,
        ),
        State.DISPATCHED,
    ),
    Verb.WITHDRAW: dict.fromkeys(
        (
            State.NEW,
            State.DISPATCHED,
            State.ACCEPTED,
            State.TRAVELLING,
            State.ON_SITE,
            State.ON_HOLD,
            State.OBJECTED,
            State.REOPENED,
        ),
        State.WITHDRAWN,
    ),
    Verb.REOPEN: dict.fromkeys((State.DONE, State.SIGNED_OFF, State.CLOSED), State.REOPENED),
}

ENDED = frozenset({State.CLOSED, State.WITHDRAWN})
IN_HAND = frozenset({State.DISPATCHED, State.ACCEPTED, State.TRAVELLING, State.ON_SITE, State.OBJECTED, State.ON_HOLD})


def target(verb: Verb, state: State) -> State | None:
    """Where the verb leads from this state; None when the move is not legal."""
    return MOVES[verb].get(state)


def possible(state: State) -> tuple[Verb, ...]:
    """The verbs that are legal in this state, in the order of the table."""
    return tuple(verb for verb, moves in MOVES.items() if state in moves)


class JobState(StrEnum):
    """How far a contractor is with the order handed to them."""

    HANDED = "handed"
    CONFIRMED = "confirmed"
    ARRIVED = "arrived"
    FINISHED = "finished"
    RECALLED = "recalled"


JOB_STATE_LABELS = {
    JobState.HANDED: _("已委托，待确认"),
    JobState.CONFIRMED: _("已确认"),
    JobState.ARRIVED: _("委外已到场"),
    JobState.FINISHED: _("委外已完工"),
    JobState.RECALLED: _("已收回"),
}


class JobVerb(StrEnum):
    CONFIRM = "confirm"
    ARRIVE = "arrive"
    FINISH = "finish"
    RECALL = "recall"


JOB_VERB_LABELS = {
    JobVerb.CONFIRM: _("确认接受"),
    JobVerb.ARRIVE: _("到场"),
    JobVerb.FINISH: _("完工"),
    JobVerb.RECALL: _("收回"),
}

#: The contractor's part of an order; the order itself keeps moving by `MOVES`.
JOB_MOVES: dict[JobVerb, dict[JobState, JobState]] = {
    JobVerb.CONFIRM: {JobState.HANDED: JobState.CONFIRMED},
    # Who comes at once has not always said so first.
    JobVerb.ARRIVE: dict.fromkeys((JobState.HANDED, JobState.CONFIRMED), JobState.ARRIVED),
    JobVerb.FINISH: {JobState.ARRIVED: JobState.FINISHED},
    JobVerb.RECALL: dict.fromkeys((JobState.HANDED, JobState.CONFIRMED, JobState.ARRIVED), JobState.RECALLED),
}
JOB_OPEN = frozenset({JobState.HANDED, JobState.CONFIRMED, JobState.ARRIVED})


def job_possible(state: JobState) -> tuple[JobVerb, ...]:
    """What the contractor can do next."""
    return tuple(verb for verb, moves in JOB_MOVES.items() if state in moves)
