"""All reads of help on the scene."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet
from django.utils.translation import gettext as _

from zhongshu.identity.actor import Actor
from zhongshu.identity.models import User
from zhongshu.identity.roles import Role
from zhongshu.kernel.clock import day_of
from zhongshu.kernel.errors import NotFound
from zhongshu.people.kinds import Duty
from zhongshu.people.models import Staff
from zhongshu.people.queries import available, on_duty
from zhongshu.scene.kinds import EVIDENCE, Danger, EntryKind
from zhongshu.scene.lifecycle import OPEN, AssistanceState
from zhongshu.scene.models import ArrivalTarget, Assistance, CareTask, Entry, Helper
from zhongshu.scene.permissions import OVERSEE_SCENE, VIEW_SCENE
from zhongshu.scene.policies import TARGET_MINUTES, Colleague, Present, link, nearest_first
from zhongshu.work.policies.nearness import nearness
from zhongshu.work.policies.operating import has_team_walls
from zhongshu.work.queries import people_holding, way_and_keeper


def arrival_minutes(site_id: int) -> dict[Danger, int]:
    """In how many minutes back-up should be there: the site's own, else the usual."""
    own = ArrivalTarget.objects.filter(site_id=site_id).values_list("danger", "minutes")
    return TARGET_MINUTES | {Danger(danger): minutes for danger, minutes in own}


def calls_visible(actor: Actor) -> QuerySet[Assistance]:
    """The calls the actor is concerned with: raised, called to, harmed in, with a task of care; or oversees."""
    calls = actor.visible(Assistance.objects.all(), VIEW_SCENE)
    if actor.is_system:
        return calls
    called = Helper.objects.filter(assistance=OuterRef("pk"), user=actor.user_id)
    tasks = CareTask.objects.filter(assistance=OuterRef("pk"), owner=actor.user_id)
    concerned = Q(raised_by=actor.user_id) | Q(harmed=actor.user_id) | Exists(called) | Exists(tasks)
    sites = actor.sites(OVERSEE_SCENE)
    return calls if sites is None else calls.filter(Q(site_id__in=sites) | concerned)


def call_by_number(actor: Actor, number: str) -> Assistance:
    """Raises NotFound, also for what the actor may not see."""
    rows = calls_visible(actor).filter(number=number)
    call = rows.select_related("site", "place", "order", "case", "raised_by", "harmed").first()
    if call is None:
        raise not_found()
    return call


def not_found() -> NotFound:
    """The one answer for what is absent and for what is not yours."""
    return NotFound(_("没有找到这次求助，或者您无权查看。"))


def listed(calls: QuerySet[Assistance]) -> QuerySet[Assistance]:
    """Newest first, with what a list shows."""
    coming = Helper.objects.filter(accepted_at__isnull=False).select_related("user")
    rows = calls.select_related("site", "place", "raised_by").order_by("-raised_at", "-pk")
    return rows.prefetch_related(Prefetch("helpers", queryset=coming, to_attr="coming"))


def open_call_of(user_id: int | None) -> Assistance | None:
    """The call that the person has raised and that is not over."""
    mine = Assistance.objects.filter(raised_by=user_id, state__in=OPEN)
    return mine.select_related("site", "place", "raised_by").first()


def running_for(actor: Actor) -> list[Assistance]:
    """Open calls to which the person was called, or their own; newest first."""
    called = Helper.objects.filter(assistance=OuterRef("pk"), user=actor.user_id, declined_at__isnull=True)
    rows = Assistance.objects.filter(Q(raised_by=actor.user_id) | Exists(called), state__in=OPEN)
    return list(rows.select_related("place", "raised_by").order_by("-raised_at"))


def running_at(site_id: int) -> int:
    """How many calls are open at the site."""
    return Assistance.objects.filter(site_id=site_id, state__in=OPEN).count()


# Who can be called


def present_for(call: Assistance, *, at: datetime) -> Present:
    """Everybody who can be called now, those on shift ranked for this danger and place."""
    site_id = call.site_id
    managers = people_holding([Role.SITE_MANAGER], [site_id], day_of(at))
    company = people_holding([Role.HEAD_OFFICE, Role.QUALITY], [site_id], day_of(at))
    return Present(
        nearest=tuple(one.user_id for one in nearest_first(Danger(call.danger), _on_shift(call, at))),
        control_room=_users(on_duty(site_id=site_id, at=at, duty=Duty.CONTROL_ROOM)),
        duty_officers=_users(on_duty(site_id=site_id, at=at, duty=Duty.DUTY_OFFICER)),
        managers=frozenset(managers.values_list("user_id", flat=True)),
        company=frozenset(company.values_list("user_id", flat=True)),
    )


def _users(staff: QuerySet[Staff]) -> frozenset[int]:
    return frozenset(staff.values_list("user_id", flat=True))


def _on_shift(call: Assistance, at: datetime) -> list[Colleague]:
    way, _keeper = way_and_keeper(call.place, day_of(at))
    rows = on_duty(site_id=call.site_id, at=at).exclude(user=call.raised_by_id).select_related("last_place")
    return [
        Colleague(
            user_id=one.user_id,
            team_kind=one.team.kind if one.team else "",
            nearness=nearness(way, one.last_place.path if one.last_place else ""),
        )
        for one in rows
    ]


def everybody_at_once(call: Assistance) -> bool:
    """On a small site everybody on shift and the manager are called at first."""
    return not has_team_walls(call.site.operating_model)


def colleagues(site_id: int, *, at: datetime) -> QuerySet[User]:
    """Who may be given a task of care: employees of the site, and who holds its upper roles."""
    staff = available(site_id=site_id, at=at).values("user_id")
    roles = [Role.SITE_MANAGER, Role.SERVICE_LEAD, Role.QUALITY, Role.HEAD_OFFICE]
    held = people_holding(roles, [site_id], day_of(at)).values("user_id")
    return User.objects.filter(Q(pk__in=staff) | Q(pk__in=held)).order_by("name", "pk")


def colleague(site_id: int, user_id: int, *, at: datetime) -> User:
    """One of them. Raises NotFound."""
    found = colleagues(site_id, at=at).filter(pk=user_id).first()
    if found is None:
        raise not_found()
    return found


# One call as its pages show it


@dataclass(frozen=True, slots=True)
class CallView:
    """A call with everybody who was called, its log and the care. `own`: how the reader was called and answered."""

    call: Assistance
    helpers: list[Helper]
    entries: list[Entry]
    care: list[CareTask]
    own: Helper | None
    is_whole: bool

    @property
    def is_open(self) -> bool:
        return AssistanceState(self.call.state) in OPEN

    @property
    def coming(self) -> list[Helper]:
        """Who has accepted, the first first."""
        return sorted((one for one in self.helpers if one.accepted_at), key=lambda one: (one.accepted_at, one.pk))

    @property
    def evidence(self) -> list[Entry]:
        return [entry for entry in self.entries if entry.kind in EVIDENCE]

    @property
    def took(self) -> timedelta | None:
        """How long the first back-up took."""
        return self.call.arrived_at - self.call.raised_at if self.call.arrived_at else None

    @property
    def is_late(self) -> bool:
        """Whether back-up came after its target."""
        return self.call.arrived_at is not None and self.call.arrived_at > self.call.target_at

    @property
    def police(self) -> list[Entry]:
        return [entry for entry in self.entries if entry.kind == EntryKind.POLICE]


def view_of(call: Assistance, *, user_id: int | None) -> CallView:
    """Three statements."""
    helpers = list(call.helpers.select_related("user__staff__last_place").order_by("round", "pk"))
    entries = list(call.entries.order_by("nth"))
    care = list(call.care_tasks.select_related("owner", "done_by"))
    own = next((one for one in helpers if one.user_id == user_id), None)
    return CallView(call, helpers, entries, care, own, is_whole=chain_is_whole(call.number, entries))


def chain_is_whole(number: str, entries: Iterable[Entry]) -> bool:
    """Whether no line of the log was changed, taken out or put in between."""
    previous = number
    for nth, entry in enumerate(entries, 1):
        previous = link(previous, entry.said)
        if entry.nth != nth or entry.hash != previous:
            return False
    return True


def entry_by_id(actor: Actor, number: str, entry_id: int) -> Entry:
    """A line of a call the actor may see. Raises NotFound."""
    entry = Entry.objects.filter(assistance=call_by_number(actor, number), pk=entry_id).first()
    if entry is None:
        raise not_found()
    return entry


# Care


def care_visible(actor: Actor) -> QuerySet[CareTask]:
    """The tasks of care in calls that the actor may see."""
    rows = CareTask.objects.filter(assistance__in=calls_visible(actor))
    return rows.select_related("assistance__site", "assistance__place", "owner", "done_by")


def care_to_do(actor: Actor) -> QuerySet[CareTask]:
    """Tasks that are not done, those of the actor first, then by when they are due."""
    return care_visible(actor).filter(done_at__isnull=True).order_by("due_at", "pk")


def care_by_id(actor: Actor, number: str, task_id: int) -> CareTask:
    """Raises NotFound."""
    task = care_visible(actor).filter(assistance__number=number, pk=task_id).first()
    if task is None:
        raise not_found()
    return task
