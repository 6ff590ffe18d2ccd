"""Entries by hand: nobody posts alone."""

from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal

import pytest

from tests.cast import Cast
from tests.ledger.conftest import Post, charged
from zhongshu.identity.actor import Actor
from zhongshu.identity.models import AuditEntry
from zhongshu.identity.roles import Role
from zhongshu.kernel.errors import Invalid, NotFound, Refusal
from zhongshu.ledger import actions
from zhongshu.ledger.errors import AlreadyDecided, AlreadyReversed, KeptElsewhere, SecondPersonNeeded, Unbalanced
from zhongshu.ledger.kinds import BANK, BANK_FEES, CASH, INTERFUND, RECEIVABLE, EntryKind, Fund
from zhongshu.ledger.models import Entry, Proposal
from zhongshu.ledger.policies import Leg
from zhongshu.ledger.queries import balance, legs_of

OPERATING, OWNERS = Fund.OPERATING, Fund.MAINTENANCE_FUND
Propose = Callable[..., Proposal]


def legs(*lines: tuple[str, str, str]) -> list[Leg]:
    return [Leg(fund, code, Decimal(amount)) for fund, code, amount in lines]


FEE = legs((OPERATING, BANK_FEES, "12.50"), (OPERATING, BANK, "-12.50"))


@pytest.fixture
def bookkeeper(cast: Cast) -> Actor:
    return cast.actor(Role.FINANCE, cast.yql, name="会计")


@pytest.fixture
def manager(cast: Cast) -> Actor:
    return cast.actor(Role.HEAD_OFFICE, name="财务总监")


@pytest.fixture
def propose(bookkeeper: Actor, cast: Cast, noon: datetime) -> Propose:
    def propose(legs: list[Leg] = FEE, on: str = "2026-11-03", memo: str = "十月银行手续费") -> Proposal:
        day = date.fromisoformat(on)
        return actions.propose(actor=bookkeeper, at=noon, site=cast.yql, dated_on=day, memo=memo, legs=legs)

    return propose


def test_one_proposes_another_posts(propose: Propose, bookkeeper: Actor, manager: Actor, noon: datetime) -> None:
    proposal = propose()
    assert not Entry.objects.exists()
    with pytest.raises(SecondPersonNeeded):
        actions.approve(actor=bookkeeper, at=noon, proposal_id=proposal.pk)
    entry = actions.approve(actor=manager, at=noon, proposal_id=proposal.pk)
    assert legs_of(entry) == FEE
    assert (entry.kind, entry.memo, entry.dated_on) == (EntryKind.MANUAL, "十月银行手续费", date(2026, 11, 3))
    assert (entry.actor_name, entry.proposal.proposed_by_name) == ("财务总监", "会计")
    for again in (actions.approve, actions.withdraw):
        with pytest.raises(AlreadyDecided):
            again(actor=manager, at=noon, proposal_id=proposal.pk)
    assert set(AuditEntry.objects.values_list("verb", flat=True)) >= {"ledger.propose", "ledger.approve"}


@pytest.mark.parametrize(
    ("what", "refusal"),
    [
        ({"legs": legs((OPERATING, BANK_FEES, "1"), (OPERATING, BANK, "-2"))}, Unbalanced),
        ({"legs": legs((OPERATING, BANK_FEES, "1"), (OWNERS, BANK, "-1"))}, Unbalanced),
        ({"legs": legs((OPERATING, BANK, "1"), (OPERATING, INTERFUND, "-1"))}, Unbalanced),
        ({"legs": []}, Unbalanced),
        ({"legs": legs((OPERATING, RECEIVABLE, "-1"), (OPERATING, CASH, "1"))}, KeptElsewhere),
        ({"legs": legs((OPERATING, "4711", "-1"), (OPERATING, CASH, "1"))}, Invalid),
        ({"on": "2026-11-05"}, Invalid),
        ({"memo": "  "}, Invalid),
    ],
)
def test_what_is_not_even_proposed(propose: Propose, what: dict[str, object], refusal: type[Refusal]) -> None:
    with pytest.raises(refusal):
        propose(**what)
    assert not Proposal.objects.exists()


def test_one_fund_lends_to_another(propose: Propose, manager: Actor, cast: Cast, noon: datetime) -> None:
    lent = legs(
        (OPERATING, INTERFUND, "100"), (OPERATING, BANK, "-100"), (OWNERS, BANK, "100"), (OWNERS, INTERFUND, "-100")
    )
    actions.approve(actor=manager, at=noon, proposal_id=propose(lent).pk)
    assert balance(cast.yql.pk, OWNERS, BANK) == 100


def test_declined_and_withdrawn_post_nothing(
    propose: Propose, bookkeeper: Actor, manager: Actor, noon: datetime
) -> None:
    declined, withdrawn = propose(), propose()
    with pytest.raises(Invalid):
        actions.decline(actor=manager, at=noon, proposal_id=declined.pk, reason="")
    with pytest.raises(SecondPersonNeeded):
        actions.decline(actor=bookkeeper, at=noon, proposal_id=declined.pk, reason="错")
    with pytest.raises(NotFound):
        actions.withdraw(actor=manager, at=noon, proposal_id=withdrawn.pk)
    assert actions.decline(actor=manager, at=noon, proposal_id=declined.pk, reason="科目不对").reason == "科目不对"
    assert actions.withdraw(actor=bookkeeper, at=noon, proposal_id=withdrawn.pk).state == "withdrawn"
    assert not Entry.objects.exists()


def test_an_entry_by_hand_is_undone_by_two_as_well(
    propose: Propose, bookkeeper: Actor, manager: Actor, cast: Cast, noon: datetime
) -> None:
    entry = actions.approve(actor=manager, at=noon, proposal_id=propose().pk)
    facts = {"at": noon, "number": entry.number, "dated_on": date(2026, 11, 4), "memo": "重复记账"}
    asked = actions.propose_reversal(actor=manager, **facts)
    with pytest.raises(AlreadyReversed):
        actions.propose_reversal(actor=bookkeeper, **facts)
    undone = actions.approve(actor=bookkeeper, at=noon, proposal_id=asked.pk)
    assert (undone.reverses, undone.kind, undone.memo) == (entry, EntryKind.REVERSAL, "重复记账")
    assert balance(cast.yql.pk, OPERATING, BANK) == 0
    with pytest.raises(AlreadyReversed):
        actions.propose_reversal(actor=bookkeeper, **facts)
    with pytest.raises(KeptElsewhere):
        actions.propose_reversal(actor=bookkeeper, **facts | {"number": undone.number})


def test_what_other_apps_posted_is_undone_there(post: Post, bookkeeper: Actor, noon: datetime) -> None:
    facts = {"number": post(charged("10")).number, "dated_on": date(2026, 11, 4), "memo": "冲"}
    with pytest.raises(KeptElsewhere):
        actions.propose_reversal(actor=bookkeeper, at=noon, **facts)


def test_a_site_manager_reads_and_a_stranger_not_even_that(propose: Propose, cast: Cast, noon: datetime) -> None:
    proposal = propose()
    others = cast.actor(Role.SITE_MANAGER, cast.yql), cast.actor(Role.FINANCE, cast.xh), cast.actor(Role.CASHIER)
    for actor in others:
        with pytest.raises(NotFound):
            actions.approve(actor=actor, at=noon, proposal_id=proposal.pk)
        with pytest.raises(NotFound):
            actions.propose(actor=actor, at=noon, site=cast.yql, dated_on=noon.date(), memo="x", legs=FEE)
    assert Proposal.objects.get().state == "open"
