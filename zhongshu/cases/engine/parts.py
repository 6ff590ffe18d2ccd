"""What actions and batch of cases share: a case under lock, its lines, its moves."""

from datetime import datetime

from django.utils.translation import gettext as _

from zhongshu.cases.errors import IllegalCaseMove
from zhongshu.cases.events import CaseMoved
from zhongshu.cases.kinds import EntryKind
from zhongshu.cases.lifecycle import CASE_MOVES, CASE_STATE_LABELS, CaseState
from zhongshu.cases.models import Case, CaseEntry, OwnerHandover
from zhongshu.cases.permissions import owns
from zhongshu.cases.queries import cases_visible
from zhongshu.identity import audit
from zhongshu.identity.actor import Actor
from zhongshu.identity.models import User
from zhongshu.identity.rights import Right
from zhongshu.kernel.composed import insert
from zhongshu.kernel.errors import NotFound
from zhongshu.kernel.outbox import publish

ENTRY_LENGTH = 500
CONTACT_LENGTH = 40


def locked_case(actor: Actor, case_id: int) -> Case:
    """The case, locked until the transaction ends. Raises NotFound for what the actor may not see.

    Lock order: the case, then its orders.
    """
    rows = cases_visible(actor).filter(pk=case_id).select_for_update(of=("self",))
    case = rows.select_related("site").first()
    if case is None:
        raise NotFound(_("没有找到这件报事，或者您无权查看。"))
    return case


def require(actor: Actor, right: Right, case: Case) -> None:
    """The right at the case's site, or ownership of the case. Raises NotFound."""
    if not owns(actor, case):
        actor.require(right, case.site_id)


def note(case: Case, kind: EntryKind, text: str, *, actor: Actor, at: datetime) -> CaseEntry:
    """Write a line of the case's timeline."""
    entry = CaseEntry(
        site_id=case.site_id,
        case=case,
        at=at,
        by_id=actor.user_id,
        by_name=actor.name,
        kind=kind,
        text=text[:ENTRY_LENGTH],
    )
    insert(entry)
    return entry


def change_owner(case: Case, heir: User, *, reason: str, actor: Actor, at: datetime) -> None:
    """The only way in which a case changes its owner: with a handover that says why."""
    was, case.owner = case.owner, heir
    case.save(update_fields=["owner"])
    OwnerHandover.objects.create(
        site_id=case.site_id, case=case, at=at, from_owner=was, to_owner=heir, by_id=actor.user_id, reason=reason
    )
    note(case, EntryKind.HANDOVER, f"{was.name if was else '—'} → {heir.name}：{reason}", actor=actor, at=at)


def require_state(case: Case, *states: CaseState) -> None:
    """Raises IllegalCaseMove, which says how the case stands."""
    if case.state not in states:
        label = CASE_STATE_LABELS[CaseState(case.state)]
        raise IllegalCaseMove(_("报事%(state)s，不能这样做。") % {"state": label})


def move(case: Case, to: CaseState, *, actor: Actor, at: datetime, verb: str, why: str = "") -> None:
    """Change the state along the table of legal moves, with audit and event. Raises IllegalCaseMove."""
    was = CaseState(case.state)
    if to not in CASE_MOVES[was]:
        require_state(case, *(state for state, targets in CASE_MOVES.items() if to in targets))
    case.state = to
    case.closed_at = at if to in (CaseState.CLOSED, CaseState.WITHDRAWN) else None
    case.reopened_count += to == CaseState.OPEN
    case.sign_remind_at = case.sign_lapses_at = None
    case.save(update_fields=["state", "closed_at", "reopened_count", "sign_remind_at", "sign_lapses_at"])
    after = {"state": to, "why": why} if why else {"state": to}
    audit.record(actor=actor, at=at, verb=f"cases.{verb}", target=case, before={"state": was}, after=after)
    publish(CaseMoved(site_id=case.site_id, case_id=case.pk, from_state=was, to_state=to), at=at)
