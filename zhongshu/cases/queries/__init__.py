"""All reads of cases."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Exists, F, OuterRef, Prefetch, Q, QuerySet
from django.utils.translation import gettext as _

from zhongshu.cases.kinds import ENTRY_LABELS, EntryKind
from zhongshu.cases.lifecycle import Answer
from zhongshu.cases.models import Case, CaseEntry, CaseOrder, FollowUp, FollowUpAttempt, FurtherCall
from zhongshu.cases.permissions import SEES_ALL, VIEW_CASES
from zhongshu.estate.addressing import Caller, PastMatter, Verdict, resolve, speaks_of_the_past
from zhongshu.estate.models import Account, Customer, Place
from zhongshu.estate.queries import account_at, accounts_of_phone, digits_of, keeper_of, layout_of
from zhongshu.identity.actor import Actor
from zhongshu.identity.models import RoleGrant, User
from zhongshu.identity.roles import Role
from zhongshu.kernel.clock import day_of
from zhongshu.kernel.composed import Composed, given
from zhongshu.kernel.errors import NotFound
from zhongshu.kernel.periods import in_force
from zhongshu.people.models import Staff
from zhongshu.people.queries import on_duty_that_day
from zhongshu.work.lifecycle import VERB_LABELS, State, Verb
from zhongshu.work.models import OrderMove, WorkOrder

HISTORY_LENGTH = 50


def cases_visible(actor: Actor) -> QuerySet[Case]:
    """The cases the actor may see. Field staff see those they own and those their team works on."""
    cases = actor.visible(Case.objects.all(), VIEW_CASES)
    wide = {grant.site_id for grant in actor.grants if grant.role in SEES_ALL}
    if actor.is_system or None in wide:
        return cases
    return cases.filter(Q(site_id__in=wide) | Q(owner_id=actor.user_id) | Exists(_orders_of_team(actor)))


def _orders_of_team(actor: Actor) -> QuerySet[CaseOrder]:
    mine = Q(order__assignee__user_id=actor.user_id) | Q(order__team__members__user_id=actor.user_id)
    return CaseOrder.objects.filter(mine, case=OuterRef("pk"))


_SHOWN = ("site", "place", "account__unit", "account__customer", "customer", "owner", "incident__order", "heard_with")


def case_by_number(actor: Actor, number: str) -> Case:
    """The case with everything its page shows. Raises NotFound, also for what the actor may not see."""
    rows = cases_visible(actor).filter(number=number.replace("\x00", "?"))
    case = rows.select_related(*_SHOWN).first()
    if case is None:
        raise NotFound(_("没有找到这件报事，或者您无权查看。"))
    return case


def orders_of(case: Case) -> list[WorkOrder]:
    """The work orders of the case, the oldest first, with who works on them."""
    rows = WorkOrder.objects.filter(case_order__case=case).order_by("pk")
    return list(rows.select_related("team", "assignee__user", "place"))


def order_states(case_id: int) -> list[State]:
    """The states of the case's orders."""
    return [State(state) for state in CaseOrder.objects.filter(case_id=case_id).values_list("order__state", flat=True)]


def resolve_place(*, site_id: int, text: str, phone: str, at: datetime) -> Verdict:
    """Which place of the site is meant, with what the caller's number tells: registered units and earlier cases."""
    return place_meant(text, site_id=site_id, speaker=speaker_of(site_id, phone, at=at))


@dataclass(frozen=True, slots=True)
class Speaker:
    """Who speaks: the number (digits, may be empty), and where no place is known the running accounts it belongs to."""

    number: str
    accounts: tuple[Account, ...] = ()


def speaker_of(site_id: int, phone: str, *, at: datetime) -> Speaker:
    """What the caller's number tells."""
    return Speaker(digits_of(phone), tuple(accounts_of_phone(site_id, phone, day_of(at))))


def place_meant(text: str, *, site_id: int, speaker: Speaker) -> Verdict:
    """Which place of the site these words of the speaker mean. Earlier cases are only asked for where they count."""
    history = history_of(site_id, speaker) if speaker.number and speaks_of_the_past(text) else ()
    registered = tuple(account.unit.code for account in speaker.accounts if account.unit)
    return resolve(text, layout=layout_of(site_id), caller=Caller(registered=registered, history=history))


def history_of(site_id: int, speaker: Speaker) -> tuple[PastMatter, ...]:
    """What this caller reported before, newest first: by the number, or by an account to which it belongs."""
    theirs = Q(caller_phone=speaker.number) | Q(account_id__in=[account.pk for account in speaker.accounts])
    cases = Case.objects.filter(theirs, site_id=site_id, place__isnull=False).order_by("-opened_at")
    rows = cases.values_list("place__code", "text", "category", "opened_at")
    return tuple(PastMatter(*row) for row in rows[:HISTORY_LENGTH])


@dataclass(frozen=True, slots=True)
class Answerable:
    """The account and the customer a case is about, as far as they are known."""

    account: Account | None
    customer: Customer | None


def answerable(*, site_id: int, place: Place | None, speaker: Speaker, at: datetime) -> Answerable:
    """The account of the place, else the only one the number belongs to; the customer who has the number."""
    account = account_at(place, day_of(at)) if place else None
    if not speaker.number:
        return Answerable(account, account.customer if account else None)
    people = _REACHED.all(site=site_id, number=speaker.number)
    if place is None and len(speaker.accounts) == 1:
        (account,) = speaker.accounts
    own = [person for person in people if account and person.pk == account.customer_id]
    return Answerable(account, next(iter([*own, *people]), None))


_REACHED = Composed(
    lambda: Customer.objects.filter(site_id=given("site"), phones__number=given("number")).order_by("pk")
)


def listener(*, site_id: int, place: Place | None, at: datetime) -> User | None:
    """Who answers for what no employee heard: the keeper, the call-taker on duty, the service lead, the manager."""
    if place is not None and (keeper := keeper_of(place, day_of(at))):
        return keeper
    return (
        _CALL_TAKER.first(site=site_id, at=at, day=day_of(at))
        or role_holders(site_id, Role.SERVICE_LEAD, at=at).first()
        or role_holders(site_id, Role.SITE_MANAGER, at=at).first()
    )


def role_holders(site_id: int, role: Role, *, at: datetime) -> QuerySet[User]:
    """Active users who hold the role at exactly this site, by user name."""
    return _role_holders(site_id, role, day_of(at))


def _role_holders(site_id: int, role: Role, day: date) -> QuerySet[User]:
    held = RoleGrant.objects.filter(in_force(day), user=OuterRef("pk"), role=role, site_id=site_id)
    return User.objects.filter(Exists(held), is_active=True).order_by("username")


def _call_takers(site_id: int, at: datetime, day: date) -> QuerySet[User]:
    working = on_duty_that_day(site_id=site_id, at=at, day=day).values("user_id")
    return _role_holders(site_id, Role.CALL_TAKER, day).filter(pk__in=working)


_CALL_TAKER = Composed(lambda: _call_takers(given("site"), given("at"), given("day"))[:1])


def possible_owners(case: Case, *, at: datetime) -> QuerySet[User]:
    """The employees to whom a case can be handed over: staff of its site, its present owner excepted."""
    staff = Staff.objects.filter(site_id=case.site_id, user=OuterRef("pk"), left_on__isnull=True)
    held = RoleGrant.objects.filter(in_force(day_of(at)), user=OuterRef("pk"), site_id=case.site_id)
    able = held.exclude(role=Role.RESIDENT)
    users = User.objects.filter(Exists(staff) | Exists(able), is_active=True)
    return users.exclude(pk=case.owner_id or 0).order_by("name")


def team_lead_of(user_id: int | None) -> int | None:
    """The user who leads the team of this user."""
    if user_id is None:
        return None
    led = Staff.objects.filter(user_id=user_id, team__lead__isnull=False)
    return led.values_list("team__lead__user_id", flat=True).first()


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a timeline: when, who, what about, what."""

    at: datetime
    by_name: str
    label: str
    text: str
    kind: str


def timeline(case: Case) -> list[Line]:
    """Entries and the moves of the orders, oldest first."""
    entries = CaseEntry.objects.filter(case=case).exclude(kind=EntryKind.ORDER)
    lines = [Line(e.at, e.by_name, str(ENTRY_LABELS[EntryKind(e.kind)]), e.text, e.kind) for e in entries]
    moves = _moves(case).select_related("order", "assignee__user")
    lines += [Line(m.at, m.by_name, str(VERB_LABELS[Verb(m.verb)]), _told(m), EntryKind.ORDER) for m in moves]
    # What happened at one instant: the case closes behind its orders.
    return sorted(lines, key=lambda line: (line.at, line.kind == EntryKind.CLOSED))


def _moves(case: Case) -> QuerySet[OrderMove]:
    """Those of the case's own orders, and of the one repair of its incident."""
    theirs = Q(order__case_order__case=case)
    if case.incident_id is not None:
        theirs |= Q(order__incident=case.incident_id)
    return OrderMove.objects.filter(theirs).order_by("pk")


def _told(move: OrderMove) -> str:
    goes_to = f" → {move.assignee.user.name}" if move.assignee and move.verb in (Verb.DISPATCH, Verb.REASSIGN) else ""
    return f"{move.order.number}{goes_to}" + (f"：{move.reason}" if move.reason else "")


def customer_timeline(case: Case) -> list[Line]:
    """What the customer is told, in the customer's words; no names of staff, no notes of the house."""
    words = {
        Verb.DISPATCH: _("已安排人员处理"),
        Verb.ACCEPT: _("工作人员已接单"),
        Verb.TRAVEL: _("工作人员正在赶来"),
        Verb.ARRIVE: _("工作人员已到现场"),
        Verb.FINISH: _("已处理完毕，请您验收"),
        Verb.HOLD: _("暂时等待，我们会尽快继续"),
        Verb.RESUME: _("已继续处理"),
        Verb.REOPEN: _("重新安排处理"),
        Verb.WITHDRAW: _("已取消"),
    }
    moves = _moves(case)
    lines = [Line(m.at, "", "", words[Verb(m.verb)], m.verb) for m in moves if Verb(m.verb) in words]
    lines += [Line(c.at, "", "", _("已关闭，感谢您的反馈"), EntryKind.CLOSED) for c in case.closures.all()]
    return sorted([Line(case.opened_at, "", "", _("我们已收到"), EntryKind.HEARD), *lines], key=lambda line: line.at)


def calls_due(actor: Actor, site_id: int) -> QuerySet[FollowUp]:
    """The calls to make at a site, the oldest first, with what the caller needs beside the telephone."""
    tries = FollowUpAttempt.objects.select_related("by").order_by("pk")
    rows = FollowUp.objects.filter(site_id=site_id, done_at__isnull=True, case__in=cases_visible(actor))
    rows = rows.select_related("case__place", "case__customer", "case__owner", "caller", "site")
    return rows.prefetch_related(Prefetch("attempts", queryset=tries), "case__customer__phones").order_by(
        "due_at", "pk"
    )


def call_by_id(actor: Actor, follow_up_id: int) -> FollowUp:
    """A call with its case. Raises NotFound, also for what the actor may not see."""
    rows = FollowUp.objects.filter(pk=follow_up_id, case__in=cases_visible(actor))
    call = rows.select_related("case__site", "case__place", "case__customer", "case__owner", "case__account").first()
    if call is None:
        raise NotFound(_("没有找到这次回访，或者您无权查看。"))
    return call


def open_call(case: Case) -> FollowUp | None:
    """The call that is still to be made about the case."""
    tries = FollowUpAttempt.objects.select_related("by").order_by("pk")
    due = FollowUp.objects.filter(case=case, done_at__isnull=True).select_related("case__customer", "caller", "site")
    return due.prefetch_related(Prefetch("attempts", queryset=tries)).first()


def last_answer(case_id: int) -> Answer | None:
    """What the customer said last when reached or tried."""
    said = FollowUpAttempt.objects.filter(follow_up__case_id=case_id).order_by("-pk").values_list("answer", flat=True)
    answer = said.first()
    return Answer(answer) if answer else None


def last_moved_at(case: Case) -> datetime:
    """When its work last moved, or somebody last asked again."""
    moved = _moves(case).values_list("at", flat=True)
    asked = FurtherCall.objects.filter(case=case).values_list("at", flat=True)
    return max(case.opened_at, *moved, *asked)


def listed(cases: QuerySet[Case], conditions: Sequence[Q]) -> QuerySet[Case]:
    """A list of cases, newest first, ready to be shown."""
    rows = cases.filter(*conditions).select_related("place", "owner", "site")
    return rows.order_by(F("opened_at").desc(), "-pk")
