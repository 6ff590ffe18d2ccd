"""What a telephone system tells: a call, in any order and as often as it likes; and what people do with it."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from django.db import transaction
from django.utils.translation import gettext as _

from zhongshu.cases.queries import cases_visible
from zhongshu.channels.actions._parts import short, stated
from zhongshu.channels.actions.callbacks import owe_call, settle_by_caller
from zhongshu.channels.errors import NoRecording
from zhongshu.channels.events import CallMoved
from zhongshu.channels.kinds import CallEvent, CallState
from zhongshu.channels.models import Call, CallTold
from zhongshu.channels.permissions import LISTEN, TELL_CALLS
from zhongshu.channels.policies.calls import Told, facts_of, given_up, number_of
from zhongshu.channels.policies.rollover import Ring
from zhongshu.channels.queries.calls import call_seen, next_rings, staff_at
from zhongshu.identity import audit
from zhongshu.identity.actor import Actor
from zhongshu.identity.models import Site
from zhongshu.kernel.errors import Invalid, NotFound
from zhongshu.kernel.outbox import publish
from zhongshu.people.kinds import TeamKind

UNANSWERED = frozenset({CallState.RINGING, CallState.MISSED, CallState.ENGAGED})


@dataclass(frozen=True, slots=True, kw_only=True)
class News:
    """One thing a telephone system tells. `team`: what the caller chose from the menu."""

    call_id: str
    event: CallEvent
    happened_at: datetime
    number: str = ""
    extension: str = ""
    recording_url: str = ""
    team: TeamKind | None = None


@dataclass(frozen=True, slots=True)
class Heard:
    """The call as it stands, whether this was news, and who rings next if nobody has answered."""

    call: Call
    is_news: bool
    rings: tuple[Ring, ...]


@transaction.atomic
def tell_call(*, actor: Actor, at: datetime, site: Site, news: News) -> Heard:
    """Take in what a telephone system tells; told twice it is told once. Raises NotFound, Invalid."""
    actor.require(TELL_CALLS, site.pk)
    call = _locked(site, news, at=at)
    extension = short(news.extension, field="extension", most=20, what=_("分机号"))
    is_news = _write_down(call, news, extension, at=at)
    told = _told(call)
    if is_news:
        _bring_up_to_date(call, news, told, at=at)
        after = {"event": news.event, "extension": extension, "state": call.state}
        audit.record(actor=actor, at=at, verb="channels.tell_call", target=call, after=after)
    return Heard(call, is_news, _rings(site, call, told, news, at=at))


def _locked(site: Site, news: News, *, at: datetime) -> Call:
    """The call, made when it is first heard of; of two at once the second waits for the first."""
    call_id = stated(news.call_id, field="call_id", most=80, what=_("通话编号"))
    fresh = Call(site=site, call_id=call_id, started_at=min(news.happened_at, at))
    Call.objects.bulk_create([fresh], ignore_conflicts=True)
    return Call.objects.select_for_update().get(site=site, call_id=call_id)


def _write_down(call: Call, news: News, extension: str, *, at: datetime) -> bool:
    """Whether this was not known yet. A clock that runs ahead is put back to ours."""
    if call.told.filter(event=news.event, extension=extension).exists():
        return False
    happened_at = min(news.happened_at, at)
    CallTold.objects.create(call=call, event=news.event, extension=extension, at=happened_at, received_at=at)
    return True


def _told(call: Call) -> list[Told]:
    rows = call.told.values_list("event", "extension", "at")
    return [Told(CallEvent(event), extension, happened_at) for event, extension, happened_at in rows]


def _bring_up_to_date(call: Call, news: News, told: Collection[Told], *, at: datetime) -> None:
    was, facts = call.state, facts_of(told)
    is_first = len(told) == 1
    call.number = call.number or number_of(news.number)
    call.state, call.extension = facts.state, facts.extension
    call.started_at, call.answered_at, call.ended_at = facts.started_at, facts.answered_at, facts.ended_at
    call.agent = staff_at(call.site_id, facts.extension)
    call.recording_url = _safe_url(news.recording_url) or call.recording_url
    call.save()
    if call.state in (CallState.MISSED, CallState.ENGAGED):
        owe_call(call, at=at)
    elif call.answered_at is not None:
        settle_by_caller(call, at=at)
    if is_first or was != call.state:
        publish(CallMoved(site_id=call.site_id, call_id=call.pk, to_state=call.state), at=at)


def _safe_url(url: str) -> str:
    """Raises Invalid for what is no address of a page."""
    url = short(url, field="recording_url", most=500, what=_("录音地址"))
    if not url:
        return ""
    try:
        parts = urlsplit(url)
        is_good = parts.scheme in ("http", "https") and bool(parts.hostname) and not parts.username
    except ValueError:
        is_good = False
    if not is_good or not url.isprintable() or " " in url:
        raise Invalid(_("录音地址应以 http:// 或 https:// 开头。"), field="recording_url")
    return url


def _rings(site: Site, call: Call, told: Collection[Told], news: News, *, at: datetime) -> tuple[Ring, ...]:
    if call.state not in UNANSWERED:
        return ()
    passed = given_up({(one.event, one.extension) for one in told})
    return next_rings(site, number=call.number, team=news.team or "", passed=passed, at=at)


@transaction.atomic
def link_call(*, actor: Actor, at: datetime, call_pk: int, case_number: str) -> Call:
    """What the call was about. Raises NotFound for a call or a case that the actor may not see."""
    call_seen(actor, call_pk)
    call = Call.objects.select_for_update(of=("self",)).select_related("case").get(pk=call_pk)
    case = cases_visible(actor).filter(number=case_number.replace("\x00", "?"), site_id=call.site_id).first()
    if case is None:
        raise NotFound(_("没有找到这件报事，或者您无权查看。"))
    before = {"case": call.case.number if call.case else None}
    call.case = case
    call.save(update_fields=["case"])
    audit.record(actor=actor, at=at, verb="channels.link_call", target=call, before=before, after={"case": case.number})
    return call


@transaction.atomic
def listen(*, actor: Actor, at: datetime, call_pk: int, reason: str) -> str:
    """Where the recording is. That it was listened to, by whom and why stands in the audit.

    Whoever spoke may hear themselves; everybody else needs the right. Raises NotFound, NoRecording, Invalid.
    """
    call = call_seen(actor, call_pk)
    if not (call.agent and call.agent.user_id == actor.user_id):
        actor.require(LISTEN, call.site_id)
    reason = stated(reason, field="reason", most=200, what=_("收听原因"))
    if not call.recording_url:
        raise NoRecording(_("这通电话没有录音。"))
    audit.record(actor=actor, at=at, verb="channels.listen", target=call, after={"reason": reason})
    return call.recording_url
