"""The rules of cases: values in, a decision out. No database, no clock, no framework."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from hashlib import sha256

from zhongshu.cases.kinds import CallReason
from zhongshu.cases.lifecycle import Answer, CaseState, Channel
from zhongshu.people.kinds import TeamKind
from zhongshu.work.kinds import OrderKind, Urgency
from zhongshu.work.lifecycle import ENDED, State

TRIES = 3
UNHAPPY_UP_TO = 2
LEAD_HEARS_AFTER = timedelta(hours=4)

#: Verdicts that name one place to go to; with any other a person asks back, and no place is guessed.
PLACED = frozenset({"unique", "public_area", "from_history"})

#: Channels in which no employee of ours listens: the case needs an owner all the same.
UNHEARD = frozenset({Channel.PORTAL, Channel.API, Channel.ALARM, Channel.WECHAT})

#: Questions about the bill or the house rules need no place when none was spoken of.
PLACELESS = frozenset({"consult", "billing"})

COMPLAINTS = frozenset({"service_attitude"})
QUIET = frozenset({State.DONE, State.SIGNED_OFF}) | ENDED
WORKED = frozenset({State.DONE, State.SIGNED_OFF, State.CLOSED})

_KIND_BY_TEAM = {
    TeamKind.ENGINEERING: OrderKind.REPAIR,
    TeamKind.SECURITY: OrderKind.SECURITY,
    TeamKind.CONTROL_ROOM: OrderKind.SECURITY,
    TeamKind.ENVIRONMENT: OrderKind.CLEANING,
    TeamKind.CUSTOMER_SERVICE: OrderKind.ENQUIRY,
    TeamKind.FINANCE: OrderKind.ENQUIRY,
    TeamKind.QUALITY: OrderKind.COMPLAINT,
    TeamKind.MANAGEMENT: OrderKind.TASK,
}


@dataclass(frozen=True, slots=True)
class Placing:
    """`code`: the one place to send somebody to (None: not known yet). `needs_person`: somebody must ask back."""

    code: str | None
    needs_person: bool


def placing(status: str, places: Sequence[str], *, category: str) -> Placing:
    """What to do about a place verdict: one place is taken; several, none or a conflict wait for a person."""
    if status in PLACED and len(places) == 1:
        return Placing(places[0], needs_person=False)
    unspoken = status == "ambiguous" and not places
    return Placing(None, needs_person=not (unspoken and category in PLACELESS))


@dataclass(frozen=True, slots=True)
class Decision:
    """What stands at the end of intake. `needs_person`: the machine was not sure and nobody decided."""

    category: str
    urgency: Urgency
    team_kind: TeamKind
    needs_person: bool
    hazard_kept: bool = False


@dataclass(frozen=True, slots=True)
class Suggestion:
    """The machine's opinion. `is_hazard`: recognised by a rule, so never lowered in silence; `knows_what`: sure of the
    category, whatever else is asked.
    """

    category: str
    urgency: Urgency
    team_kind: TeamKind
    is_confident: bool
    is_hazard: bool
    knows_what: bool = False


def decide(
    suggested: Suggestion,
    *,
    category: str | None,
    urgency: Urgency | None,
    team_kind: TeamKind | None,
    follow_hazard: bool,
) -> Decision:
    """What a person says wins over what the machine suggests, except that nobody lowers a hazard in silence.

    Not sure and no category given: the service desk gets it to decide. But where life may be at stake, or only the
    danger is in doubt and not what it is about, its team sets out while somebody asks.
    """
    undecided = category is None and not suggested.is_confident
    sets_out = not undecided or suggested.knows_what or suggested.urgency == Urgency.P1
    lowered = urgency is not None and urgency > suggested.urgency
    keeps = suggested.is_hazard and follow_hazard and lowered
    return Decision(
        category=category or suggested.category,
        urgency=suggested.urgency if keeps or urgency is None else urgency,
        team_kind=team_kind or (suggested.team_kind if sets_out else TeamKind.CUSTOMER_SERVICE),
        needs_person=undecided,
        hazard_kept=keeps,
    )


def order_kind(*, category: str, team_kind: TeamKind, urgency: Urgency, undecided: bool = False) -> OrderKind:
    """Which kind of order a matter becomes. Life, fire and flood come before everything else."""
    if urgency == Urgency.P1:
        return OrderKind.EMERGENCY
    if undecided:
        return OrderKind.TASK
    if category in COMPLAINTS:
        return OrderKind.COMPLAINT
    if category == "landscaping" and team_kind == TeamKind.ENVIRONMENT:
        return OrderKind.LANDSCAPING
    return _KIND_BY_TEAM[team_kind]


def is_drawn(number: str, percent: int) -> bool:
    """Whether a case is in the sample to be called back: the same case always draws the same lot, 0–99."""
    lot = int.from_bytes(sha256(number.encode()).digest()[:8], "big") % 100
    return lot < percent


def reason_to_call(
    *, number: str, percent: int, kinds: Collection[OrderKind], reopened_count: int
) -> CallReason | None:
    """Why the customer of a finished case is called back; None: not drawn.

    service.md: every complaint, every P1 and P2, 30 % of P3, 20 % of P4; and always after a reopening.
    """
    if reopened_count:
        return CallReason.REOPENED
    if OrderKind.COMPLAINT in kinds:
        return CallReason.COMPLAINT
    if percent >= 100:
        return CallReason.ALWAYS
    return CallReason.SAMPLE if is_drawn(number, percent) else None


class Step(StrEnum):
    """What a case does when one of its orders moved."""

    NOTHING = "nothing"
    CALL_BACK = "call_back"
    CLOSE = "close"
    REOPEN = "reopen"
    TELL_OWNER = "tell_owner"
    AWAIT_SIGNATURE = "await_signature"


def next_step(state: CaseState, orders: Collection[State], *, must_call: bool) -> Step:
    """Looks at how things stand, not at what happened, so that events may come late, twice or in any order."""
    busy = any(order not in QUIET for order in orders)
    if state in (CaseState.FOLLOW_UP, CaseState.CLOSED):
        return Step.REOPEN if busy else Step.NOTHING
    if state != CaseState.OPEN or busy or not orders:
        return Step.NOTHING
    if not any(order in WORKED for order in orders):
        return Step.TELL_OWNER
    if must_call:
        return Step.CALL_BACK
    return Step.CLOSE if all(order in ENDED for order in orders) else Step.AWAIT_SIGNATURE


def may_lapse(category: str, urgency: Urgency, kinds: Collection[OrderKind], *, answers_more: bool) -> bool:
    """Whether silence may stand for the signature: small matters only, never a complaint. `answers_more`: it is also
    part of an incident, or somebody else was asked for help.
    """
    small = urgency in (Urgency.P3, Urgency.P4)
    return small and category not in COMPLAINTS and OrderKind.COMPLAINT not in kinds and not answers_more


class Outcome(StrEnum):
    """What an answer leads to."""

    CLOSE = "close"
    REOPEN = "reopen"
    TRY_AGAIN = "try_again"


def outcome(answer: Answer, score: int | None, *, tries_before: int) -> Outcome:
    """A low score counts as unhappy whatever else was ticked; the third call without an answer ends the matter."""
    if answer == Answer.UNREACHABLE:
        return Outcome.CLOSE if tries_before + 1 >= TRIES else Outcome.TRY_AGAIN
    if answer == Answer.REFUSED:
        return Outcome.CLOSE
    if answer == Answer.NOT_CONTENT or (score is not None and score <= UNHAPPY_UP_TO):
        return Outcome.REOPEN
    return Outcome.CLOSE


def hears_of_unhappiness(
    owner_id: int | None, *, team_lead_id: int | None, service_leads: Sequence[int], site_managers: Sequence[int]
) -> tuple[int, ...]:
    """The next level above the owner: the lead of their team, else the service leads, else the site managers."""
    for level in ((team_lead_id,), service_leads, site_managers):
        above = tuple(user_id for user_id in level if user_id is not None and user_id != owner_id)
        if above:
            return above
    return ()


class Obstacle(StrEnum):
    """Why a case may not be closed by signature."""

    OWN_CASE = "own_case"
    CALL_DUE = "call_due"
    WORK_GOING_ON = "work_going_on"


def obstacle_to_closing(
    *,
    signer_id: int | None,
    owner_id: int | None,
    has_call_due: bool,
    orders: Collection[State],
    last_answer: Answer | None,
) -> Obstacle | None:
    """A case closes by the signature of somebody other than its owner, the call made and the work ended.

    Where the customer has said "not content", the signature also ends work begun anew for that answer.
    """
    if signer_id is not None and signer_id == owner_id:
        return Obstacle.OWN_CASE
    if has_call_due:
        return Obstacle.CALL_DUE
    if last_answer != Answer.NOT_CONTENT and any(order not in QUIET for order in orders):
        return Obstacle.WORK_GOING_ON
    return None
