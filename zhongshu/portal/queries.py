"""All reads of the residents' pages: only what is theirs."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet
from django.utils.translation import gettext as _

from zhongshu.cases.models import Case, FollowUp, Incident
from zhongshu.cases.policies import QUIET
from zhongshu.cases.policies.incidents import lies_within
from zhongshu.cases.queries import Line, customer_timeline, order_states
from zhongshu.cases.queries.incidents import running
from zhongshu.cases.queries.repeats import linked_to
from zhongshu.estate.models import Account, CustomerPhone, HouseholdMember
from zhongshu.estate.queries import keeper_of
from zhongshu.identity.actor import Actor
from zhongshu.identity.models import User
from zhongshu.kernel.clock import day_of
from zhongshu.kernel.errors import NotFound
from zhongshu.kernel.periods import in_force
from zhongshu.work.actions.visits import NOT_BEGUN
from zhongshu.work.kinds import Urgency
from zhongshu.work.lifecycle import ENDED, State
from zhongshu.work.models import WorkOrder

_WITH_NUMBER = Prefetch("customer__phones", queryset=CustomerPhone.objects.order_by("-is_primary", "pk"))


def homes(actor: Actor, *, at: datetime) -> list[Account]:
    """The accounts to which the resident belongs today, with their dwellings. Two statements."""
    member = HouseholdMember.objects.filter(in_force(day_of(at)), account=OuterRef("pk"), customer__user=actor.user_id)
    running = Account.objects.filter(in_force(day_of(at)), unit__isnull=False)
    theirs = running.filter(Q(customer__user_id=actor.user_id) | Exists(member))
    return list(theirs.select_related("site", "unit", "customer").prefetch_related(_WITH_NUMBER).order_by("unit__path"))


def matters(actor: Actor, *, at: datetime) -> QuerySet[Case]:
    """What the resident reported, or what was reported about a home of theirs since they live there."""
    member = HouseholdMember.objects.filter(
        in_force(day_of(at)), account=OuterRef("account"), customer__user=actor.user_id
    )
    own = Q(customer__user_id=actor.user_id) | Q(account__customer__user_id=actor.user_id) | Exists(member)
    return Case.objects.filter(own).select_related("place", "site", "incident").order_by("-opened_at", "-pk")


def matter(actor: Actor, number: str, *, at: datetime) -> Case:
    """Raises NotFound for what is not the resident's."""
    case = matters(actor, at=at).filter(number=number).first()
    if case is None:
        raise NotFound(_("没有找到这件报事。"))
    return case


@dataclass(frozen=True, slots=True)
class MatterView:
    """A matter as its page shows it to the resident."""

    case: Case
    lines: list[Line]
    awaits_answer: bool
    may_book: bool
    linked: list[Case]


def matter_view(case: Case) -> MatterView:
    """Seven statements."""
    lines, answer, linked = customer_timeline(case)[::-1], awaits_answer(case), list(linked_to(case))
    return MatterView(case, lines, awaits_answer=answer, may_book=order_to_visit(case) is not None, linked=linked)


def awaits_answer(case: Case) -> bool:
    """Whether the resident is to say if the work is good, or still holds after the rain. At most two statements."""
    if open_call(case.pk) is not None:
        return True
    if case.closed_at is not None:
        return False
    states = order_states(case.pk)
    return bool(states) and all(state in QUIET for state in states) and any(state not in ENDED for state in states)


def touching_home(home: Account, *, at: datetime) -> list[Incident]:
    """What is under way, or announced for the coming week, where the home is. One statement."""
    path = home.unit.path if home.unit else ""
    return [each for each in running(home.site_id, at=at) if each.place is None or lies_within(path, each.place.path)]


def open_call(case_id: int) -> FollowUp | None:
    """The call back that is still to be made: the resident's own answer makes it."""
    return FollowUp.objects.filter(case_id=case_id, done_at__isnull=True).first()


def done_order_ids(case_id: int) -> list[int]:
    """The orders that wait for being signed off."""
    waiting = WorkOrder.objects.filter(case_order__case_id=case_id, state__in=(State.DONE, State.SIGNED_OFF))
    return list(waiting.order_by("pk").values_list("pk", flat=True))


def keeper(account: Account, *, at: datetime) -> User | None:
    """Whom to turn to. One statement."""
    return keeper_of(account.unit, day_of(at)) if account.unit else None


def order_to_visit(case: Case) -> WorkOrder | None:
    """The order of the matter for which a visit can be agreed: not urgent, not begun, of a team that offers windows."""
    rows = WorkOrder.objects.filter(case_order__case=case, state__in=NOT_BEGUN, team__windows__isnull=False)
    return rows.exclude(urgency=Urgency.P1).select_related("team", "site").distinct().first()
