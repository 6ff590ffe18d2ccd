"""Notices: what they ask, once, and what becomes of them."""

from datetime import date, timedelta
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, transaction
from PIL import Image

from tests.billing.till import Till
from zhongshu.billing.queries.debts import open_charges
from zhongshu.collecting import actions
from zhongshu.collecting.batch import Wanted, make_notices
from zhongshu.collecting.errors import NotNow
from zhongshu.collecting.kinds import Evidence, NoticeKind, Road
from zhongshu.collecting.models import Lawyer, Notice, NoticeCharge
from zhongshu.collecting.queries import notices_of
from zhongshu.identity.roles import Role
from zhongshu.kernel.clock import day_of
from zhongshu.kernel.errors import Invalid, NotFound

DAY = date.fromisoformat


def _make(till: Till, kind: NoticeKind = NoticeKind.PAYMENT_NOTICE, *, on: str = "", source: str = "", days: int = 30):
    wanted = [Wanted(till.account.pk, kind, source or f"test:{kind}", days)]
    return make_notices(
        actor=till.bookkeeper, at=till.at, site_id=till.site_id, on=DAY(on) if on else day_of(till.at), wanted=wanted
    )


def test_a_notice_asks_what_billing_says_is_owed_and_asks_it_once(till: Till) -> None:
    till.bill("209.78", "2026-08-31", rate="0.0005")
    till.bill("100.00", "2026-09-30", rate="0.0005")
    till.bill("50.00", "2026-11-30")
    till.takes("60.00", on="2026-10-10")
    assert (_make(till), _make(till)) == (1, 0)
    notice = notices_of(till.account.pk).get()
    owed = [one for one in open_charges(till.account.pk, notice.on) if one.due_on < notice.on]
    named = [(row.charge_id, row.open_amount, row.late_fee) for row in notice.charges.order_by("charge__due_on")]
    assert named == [(one.charge_id, one.principal, one.late_fee) for one in owed]
    assert (notice.principal, notice.late_fees) == (sum(o.principal for o in owed), sum(o.late_fee for o in owed))
    assert (notice.number, notice.state, notice.sent_on, notice.months) == ("CF-YQL-20261104-0001", "planned", None, 2)
    assert notice.answer_by == DAY("2026-12-04")


def test_one_of_a_past_day_asks_what_was_open_then_and_counts_as_sent_then(till: Till) -> None:
    till.bill("200.00", "2026-08-31", rate="0.0005")
    till.takes("500.00", on="2026-10-20")
    assert _make(till) == 0, "nothing is owed today"
    assert _make(till, on="2026-10-10") == 1
    notice = notices_of(till.account.pk).get()
    assert (notice.principal, notice.late_fees) == (200, 4)
    assert (notice.state, notice.sent_on, notice.evidence) == ("sent", DAY("2026-10-10"), "sent_only")
    assert [(row.channel, row.evidence, day_of(row.at)) for row in notice.deliveries.all()] == [
        ("letter", "sent_only", DAY("2026-10-10"))
    ]


def test_a_lawyers_letter_needs_a_lawyer(till: Till) -> None:
    till.bill("200.00", "2026-08-31")
    _make(till, NoticeKind.LAWYER_LETTER, source="a")
    facts = {"name": "沈砚", "licence": "13301201910123456", "firm": "浙江某某律师事务所", "firm_licence": "23301"}
    lawyer = Lawyer.objects.create(site=till.cast.yql, starts_on=DAY("2026-01-01"), **facts)
    _make(till, NoticeKind.LAWYER_LETTER, source="b")
    kinds = [(row.kind, row.lawyer) for row in notices_of(till.account.pk).order_by("pk")]
    assert kinds == [("formal_demand", None), ("lawyer_letter", lawyer)]


def test_a_stranger_makes_none(till: Till) -> None:
    till.bill("200.00", "2026-08-31")
    wanted = [Wanted(till.account.pk, NoticeKind.PAYMENT_REMINDER, "x")]
    for actor in (till.cast.actor(Role.KEEPER, till.cast.yql), till.cast.actor(Role.FINANCE, till.cast.xh)):
        with pytest.raises(NotFound):
            make_notices(actor=actor, at=till.at, site_id=till.site_id, on=day_of(till.at), wanted=wanted)
    assert not Notice.objects.exists()


def test_what_has_not_left_is_withdrawn_with_the_reason(till: Till) -> None:
    till.bill("200.00", "2026-08-31")
    _make(till)
    notice = notices_of(till.account.pk).get()
    withdrawn = actions.withdraw_notice(actor=till.bookkeeper, at=till.at, notice_id=notice.pk, reason="已交清")
    assert (withdrawn.state, withdrawn.withdrawn_reason) == ("withdrawn", "已交清")
    with pytest.raises(NotNow):
        actions.withdraw_notice(actor=till.bookkeeper, at=till.at, notice_id=notice.pk, reason="再撤一次")


def test_the_keeper_hands_over_the_paper(till: Till) -> None:
    """The days to answer begin then; a signature is kept, and better evidence is never lost to weaker."""
    till.bill("200.00", "2026-08-31")
    _make(till, NoticeKind.FINAL_DEMAND)
    notice, keeper = notices_of(till.account.pk).get(), till.cast.actor(Role.KEEPER, till.cast.yql)
    said = {"actor": keeper, "at": till.at + timedelta(days=2), "notice_id": notice.pk, "channel": Road.DOOR}
    with pytest.raises(Invalid) as refused:
        actions.record_delivery(**said, evidence=Evidence.SIGNED)
    assert refused.value.field == "file"
    picture = BytesIO()
    Image.new("RGB", (8, 8)).save(picture, "PNG")
    photo = SimpleUploadedFile("signed.png", picture.getvalue())
    actions.record_delivery(**said, evidence=Evidence.SIGNED, file=photo)
    actions.record_delivery(**said | {"channel": Road.LETTER}, evidence=Evidence.SENT_ONLY)
    notice.refresh_from_db()
    assert (notice.state, notice.sent_on, notice.evidence) == ("sent", DAY("2026-11-06"), "signed")
    assert notice.answer_by == DAY("2026-12-06")
    assert notice.deliveries.first().file.read()[:2] == b"\xff\xd8"
    with pytest.raises(NotNow):
        actions.withdraw_notice(actor=till.bookkeeper, at=till.at, notice_id=notice.pk, reason="已交清")


@pytest.mark.parametrize("change", [{"principal": 1}, {"kind": "bill"}, {"state": "withdrawn"}, {"on": "2026-01-01"}])
def test_no_hand_edits_a_notice(till: Till, change: dict[str, object]) -> None:
    till.bill("200.00", "2026-08-31")
    _make(till, on="2026-11-01")
    with pytest.raises(DatabaseError), transaction.atomic():
        Notice.objects.update(**change)
    with pytest.raises(DatabaseError), transaction.atomic():
        NoticeCharge.objects.update(open_amount=0)
