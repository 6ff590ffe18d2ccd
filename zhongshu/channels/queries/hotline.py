"""Order sheets of the hotline, and how their clock stands."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import F, Q, QuerySet
from django.utils.translation import gettext as _

from zhongshu.cases.queries import role_holders
from zhongshu.channels.kinds import HOTLINE_STAGE_LABELS, HotlineStage, HotlineState
from zhongshu.channels.models import HotlineReply, HotlineSheet
from zhongshu.channels.permissions import APPROVE_HOTLINE, HOTLINE
from zhongshu.identity.actor import Actor
from zhongshu.identity.kinds import OperatingModel
from zhongshu.kernel.errors import NotFound

RUNNING = (HotlineState.RECEIVED, HotlineState.SIGNED)


def sheets_visible(actor: Actor) -> QuerySet[HotlineSheet]:
    """The sheets of the sites whose hotline work the actor does, with what a list shows."""
    rows = actor.visible(HotlineSheet.objects.all(), HOTLINE)
    return rows.select_related("site", "case__place", "case__owner", "case__customer")


def sheet_seen(actor: Actor, pk: int) -> HotlineSheet:
    """Raises NotFound, also for what the actor may not see."""
    sheet = sheets_visible(actor).filter(pk=pk).first()
    if sheet is None:
        raise NotFound(_("没有找到这张工单，或者您无权查看。"))
    return sheet


def approves_alone(sheet: HotlineSheet, reply: HotlineReply, *, at: datetime) -> bool:
    """Whether whoever wrote the reply may approve it too: on a small site where nobody else has a role that may."""
    if sheet.site.operating_model != OperatingModel.SMALL:
        return False
    others = [role_holders(sheet.site_id, role, at=at).exclude(pk=reply.by_id or 0) for role in APPROVE_HOTLINE.roles]
    return not any(rows.exists() for rows in others)


@dataclass(frozen=True, slots=True)
class SheetFilter:
    """How a list is narrowed; `since` and `before` are of the transfer."""

    state: str = ""
    kind: str = ""
    text: str = ""
    is_late: bool = False
    is_pressed: bool = False
    since: datetime | None = None
    before: datetime | None = None


def sheets_listed(rows: QuerySet[HotlineSheet], wanted: SheetFilter, *, at: datetime) -> QuerySet[HotlineSheet]:
    """What runs comes first, the one due first at the top; then the rest, the latest first."""
    conditions = [
        Q(state=wanted.state) if wanted.state else Q(),
        Q(kind=wanted.kind) if wanted.kind else Q(),
        _says(wanted.text) if wanted.text else Q(),
        is_late(at) if wanted.is_late else Q(),
        Q(repeats__gt=0) if wanted.is_pressed else Q(),
        Q(transferred_at__gte=wanted.since) if wanted.since else Q(),
        Q(transferred_at__lt=wanted.before) if wanted.before else Q(),
    ]
    return rows.filter(*conditions).order_by(F("replied_at").desc(nulls_first=True), "reply_due_at", "-pk")


def _says(text: str) -> Q:
    return Q(number__icontains=text) | Q(case__text__icontains=text) | Q(case__caller_phone=text)


def is_late(at: datetime) -> Q:
    """Sheets whose next stage should have been done."""
    unsigned = Q(state=HotlineState.RECEIVED, sign_due_at__lt=at)
    silent = Q(state__in=RUNNING, contacted_at__isnull=True, contact_due_at__lt=at)
    return unsigned | silent | Q(state__in=RUNNING, reply_due_at__lt=at)


@dataclass(frozen=True, slots=True)
class StageView:
    """A stage of the clock: until when, and when it was done."""

    stage: HotlineStage
    due_at: datetime
    done_at: datetime | None
    at: datetime

    @property
    def label(self) -> str:
        return str(HOTLINE_STAGE_LABELS[self.stage])

    @property
    def is_late(self) -> bool:
        return (self.done_at or self.at) > self.due_at


def stages_of(sheet: HotlineSheet, *, at: datetime) -> list[StageView]:
    """The three stages; of a sheet that was returned, as they stood then."""
    done = {
        HotlineStage.SIGN: (sheet.sign_due_at, sheet.signed_at),
        HotlineStage.CONTACT: (sheet.contact_due_at, sheet.contacted_at),
        HotlineStage.REPLY: (sheet.reply_due_at, sheet.replied_at),
    }
    return [StageView(stage, due_at, done_at, sheet.closed_at or at) for stage, (due_at, done_at) in done.items()]


def next_stage(sheet: HotlineSheet, *, at: datetime) -> StageView | None:
    """What is to be done next; None when nothing waits for us."""
    if sheet.state not in RUNNING:
        return None
    return next((stage for stage in stages_of(sheet, at=at) if stage.done_at is None), None)
