"""The same matter told again: a further call to the open case; a second matter told by hand."""

from datetime import datetime

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from zhongshu.cases.actions.intake import Intake, open_case
from zhongshu.cases.engine.parts import locked_case, note, require, require_state
from zhongshu.cases.engine.telling import tell_level_above, tell_owner, tell_users
from zhongshu.cases.kinds import EntryKind
from zhongshu.cases.lifecycle import CaseState, Channel
from zhongshu.cases.models import Case, FurtherCall
from zhongshu.cases.permissions import OPEN_CASES, REPORT_CASES, TEND_CASES
from zhongshu.cases.policies import QUIET
from zhongshu.cases.policies.matters import is_insistent
from zhongshu.cases.queries import orders_of
from zhongshu.estate.queries import digits_of
from zhongshu.identity import audit
from zhongshu.identity.actor import Actor
from zhongshu.kernel.errors import NotFound
from zhongshu.kernel.words import short
from zhongshu.work.lifecycle import State


@transaction.atomic
def add_further_call(
    *,
    actor: Actor,
    at: datetime,
    case_id: int,
    channel: Channel,
    text: str = "",
    caller_phone: str = "",
    caller_name: str = "",
) -> FurtherCall:
    """Somebody asks again: counted, the owner and whoever works on it are told; from the second on the level above.

    Whoever may hear matters at the site may do this, also about a case that they do not see.
    Raises NotFound, IllegalCaseMove, Invalid.
    """
    case = _case_of_site(actor, case_id)
    require_state(case, CaseState.OPEN, CaseState.FOLLOW_UP)
    call = FurtherCall.objects.create(
        site_id=case.site_id,
        case=case,
        at=at,
        by_id=actor.user_id,
        channel=channel,
        caller_name=short(caller_name, field="caller_name", most=40, what=_("姓名")),
        caller_phone=digits_of(short(caller_phone, field="caller_phone", most=20, what=_("电话"))),
        text=text.replace("\x00", "").strip()[:500],
    )
    case.further_call_count += 1
    case.save(update_fields=["further_call_count"])
    note(case, EntryKind.FURTHER_CALL, call.text, actor=actor, at=at)
    audit.record(actor=actor, at=at, verb="cases.add_further_call", target=case, after={"call_id": call.pk})
    _raise_attention(case, call.text, at=at)
    return call


def _case_of_site(actor: Actor, case_id: int) -> Case:
    """The case, locked, of a site where the actor may hear matters; a resident reaches it through the portal."""
    rows = Case.objects.select_for_update(of=("self",)).select_related("site").filter(pk=case_id)
    sites = actor.sites(OPEN_CASES)
    if sites is not None:
        rows = rows.filter(Q(site_id__in=sites | (actor.sites(REPORT_CASES) or frozenset())))
    case = rows.first()
    if case is None:
        raise NotFound(_("没有找到这件报事，或者您无权查看。"))
    return case


def _raise_attention(case: Case, text: str, *, at: datetime) -> None:
    times = case.further_call_count
    title, key = f"客户第 {times} 次催办：报事 {case.number}", f"further_call:{times}"  # matter
    tell_owner(case, "case_urged", title, text, key=key, at=at)
    working = {
        order.assignee.user_id for order in orders_of(case) if order.assignee and State(order.state) not in QUIET
    }
    tell_users(case, working - {case.owner_id}, "case_urged", title, text, key=key, at=at)
    if is_insistent(times):
        tell_level_above(case, "case_urged", title, text, key=key, at=at)


@transaction.atomic
def split_off(*, actor: Actor, at: datetime, case_id: int, text: str) -> Intake:
    """A second matter that stood in the words of a case: a linked case of its own. Raises NotFound, Invalid."""
    case = locked_case(actor, case_id)
    require(actor, TEND_CASES, case)
    first = case.heard_with or case
    intake = open_case(
        actor=actor,
        at=at,
        site=case.site,
        text=text,
        channel=Channel(case.channel),
        place_text=case.place_text,
        place_code=case.place.code if case.place else None,
        caller_phone=case.caller_phone,
        caller_name=case.caller_name,
        heard_with=first,
    )
    note(case, EntryKind.LINKED, intake.case.number, actor=actor, at=at)
    return intake
