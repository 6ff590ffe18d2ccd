"""Entries by hand: one person proposes, another one posts. What other apps keep person by person is not touched."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from zhongshu.identity import audit
from zhongshu.identity.actor import Actor
from zhongshu.identity.models import Site
from zhongshu.kernel.clock import day_of
from zhongshu.kernel.errors import Invalid
from zhongshu.kernel.words import stated
from zhongshu.ledger.actions.posting import post, reverse
from zhongshu.ledger.engine import books
from zhongshu.ledger.errors import AlreadyDecided, AlreadyReversed, KeptElsewhere, SecondPersonNeeded
from zhongshu.ledger.kinds import CHART, SUB_LEDGERED, EntryKind, Fund, VoucherState
from zhongshu.ledger.models import Entry, Proposal
from zhongshu.ledger.permissions import POST_MANUALLY
from zhongshu.ledger.policies import Leg, negated
from zhongshu.ledger.queries import (
    entry_by_number,
    legs_of,
    legs_proposed,
    not_found,
    proposals_visible,
)


@transaction.atomic
def propose(*, actor: Actor, at: datetime, site: Site, dated_on: date, memo: str, legs: Sequence[Leg]) -> Proposal:
    """Write an entry down for a second person to post.

    Raises NotFound, Invalid, Unbalanced, PeriodClosed, KeptElsewhere.
    """
    actor.require(POST_MANUALLY, site.pk)
    for leg in legs:
        _require_by_hand(leg)
    return _proposed(actor=actor, at=at, site_id=site.pk, dated_on=dated_on, memo=memo, legs=books.balanced(legs))


@transaction.atomic
def propose_reversal(*, actor: Actor, at: datetime, number: str, dated_on: date, memo: str) -> Proposal:
    """Ask for an entry by hand to be undone; all others are undone where they came from.

    Raises NotFound, Invalid, KeptElsewhere, AlreadyReversed, PeriodClosed.
    """
    undone = entry_by_number(actor, number)
    actor.require(POST_MANUALLY, undone.site_id)
    if undone.kind != EntryKind.MANUAL:
        raise KeptElsewhere(_("只有手工凭证可以在这里冲销，其他的请在产生它的业务里冲销。"))
    Entry.objects.select_for_update(of=("self",), no_key=True).get(pk=undone.pk)
    if Entry.objects.filter(reverses=undone).exists() or undone.proposals.filter(state=VoucherState.OPEN).exists():
        raise AlreadyReversed(_("这笔分录已经冲销过，或者已有冲销申请待复核。"))
    legs = negated(legs_of(undone))
    facts: dict[str, Any] = {"site_id": undone.site_id, "dated_on": dated_on, "memo": memo}
    return _proposed(actor=actor, at=at, legs=legs, reverses=undone, **facts)


@transaction.atomic
def approve(*, actor: Actor, at: datetime, proposal_id: int) -> Entry:
    """Post it. Raises NotFound, AlreadyDecided, SecondPersonNeeded, PeriodClosed, AlreadyReversed."""
    proposal = _locked(actor, proposal_id)
    _require_another(actor, proposal)
    facts: dict[str, Any] = {
        "dated_on": proposal.dated_on,
        "source": f"ledger.proposal:{proposal.pk}",
        "memo": proposal.memo,
    }
    if proposal.reverses_id is not None:
        entry = reverse(actor=actor, at=at, entry_id=proposal.reverses_id, **facts)
    else:
        legs, kind = legs_proposed(proposal), EntryKind.MANUAL
        entry = post(actor=actor, at=at, site_id=proposal.site_id, kind=kind, legs=legs, **facts)
    proposal.entry = entry
    _decide(proposal, VoucherState.POSTED, actor=actor, at=at)
    after = {"entry": entry.number}
    audit.record(actor=actor, at=at, verb="ledger.approve", target=proposal, after=after)
    return entry


@transaction.atomic
def decline(*, actor: Actor, at: datetime, proposal_id: int, reason: str) -> Proposal:
    """Send it back. Raises NotFound, Invalid, AlreadyDecided, SecondPersonNeeded."""
    proposal = _locked(actor, proposal_id)
    _require_another(actor, proposal)
    proposal.reason = stated(reason, field="reason", most=300, what=_("理由"))
    _decide(proposal, VoucherState.DECLINED, actor=actor, at=at)
    after = {"reason": proposal.reason}
    audit.record(actor=actor, at=at, verb="ledger.decline", target=proposal, after=after)
    return proposal


@transaction.atomic
def withdraw(*, actor: Actor, at: datetime, proposal_id: int) -> Proposal:
    """Take back what oneself proposed. Raises NotFound, AlreadyDecided."""
    proposal = _locked(actor, proposal_id)
    if proposal.proposed_by_id != actor.user_id:
        raise not_found()
    _decide(proposal, VoucherState.WITHDRAWN, actor=actor, at=at)
    audit.record(actor=actor, at=at, verb="ledger.withdraw", target=proposal, after={"state": proposal.state})
    return proposal


def _require_by_hand(leg: Leg) -> None:
    if leg.fund not in set(Fund) or leg.code not in CHART:
        raise Invalid(_("没有科目“%(code)s”。") % {"code": leg.code}, field="legs")
    if leg.code in SUB_LEDGERED:
        what = {"account": f"{leg.code} {CHART[leg.code].name}"}
        raise KeptElsewhere(_("“%(account)s”有明细账，请在收费业务里处理，不能手工记账。") % what, field="legs")


def _proposed(
    *,
    actor: Actor,
    at: datetime,
    site_id: int,
    dated_on: date,
    memo: str,
    legs: Sequence[Leg],
    reverses: Entry | None = None,
) -> Proposal:
    memo = stated(memo, field="memo", most=300, what=_("摘要"))
    if dated_on > day_of(at):
        raise Invalid(_("记账日期不能晚于今天。"), field="dated_on")
    books.require_open(books.held_open(site_id), dated_on)
    proposal = Proposal.objects.create(
        site_id=site_id,
        dated_on=dated_on,
        memo=memo,
        legs=[{"fund": str(leg.fund), "code": leg.code, "amount": f"{leg.amount:.2f}"} for leg in legs],
        reverses=reverses,
        proposed_at=at,
        proposed_by_id=actor.user_id,
        proposed_by_name=actor.name,
    )
    after = {"dated_on": dated_on, "memo": memo, "legs": proposal.legs, "reverses": reverses and reverses.number}
    audit.record(actor=actor, at=at, verb="ledger.propose", target=proposal, after=after)
    return proposal


def _locked(actor: Actor, proposal_id: int) -> Proposal:
    """One that waits, for somebody who may post by hand at its site."""
    proposal = proposals_visible(actor).select_for_update(of=("self",)).filter(pk=proposal_id).first()
    if proposal is None:
        raise not_found()
    actor.require(POST_MANUALLY, proposal.site_id)
    if proposal.state != VoucherState.OPEN:
        raise AlreadyDecided(_("这张凭证已经处理过。"))
    return proposal


def _require_another(actor: Actor, proposal: Proposal) -> None:
    if proposal.proposed_by_id == actor.user_id:
        raise SecondPersonNeeded(_("制单人不能复核自己的凭证，请另一位同事操作。"))


def _decide(proposal: Proposal, state: VoucherState, *, actor: Actor, at: datetime) -> None:
    proposal.state, proposal.decided_at = state.value, at
    proposal.decided_by_id, proposal.decided_by_name = actor.user_id, actor.name
    proposal.save(update_fields=["state", "decided_at", "decided_by", "decided_by_name", "reason", "entry"])
