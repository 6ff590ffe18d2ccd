"""Three years: from the due day, and anew from what the law counts."""

from datetime import date, datetime, time, timedelta

import pytest

from tests.billing.till import Till
from zhongshu.collecting import actions
from zhongshu.collecting.batch import Wanted, make_notices
from zhongshu.collecting.kinds import Evidence, NoticeKind, Road
from zhongshu.collecting.models import LimitationAlert, Notice
from zhongshu.collecting.queries.limitation import debts
from zhongshu.identity.roles import Role
from zhongshu.kernel.clock import SITE_ZONE
from zhongshu.messaging.models import Message

D = date.fromisoformat


def _noon(day: str) -> datetime:
    return datetime.combine(D(day), time(12), SITE_ZONE)


def _demanded(till: Till, on: str, evidence: Evidence) -> None:
    wanted = [Wanted(till.account.pk, NoticeKind.PAYMENT_NOTICE, f"t:{on}")]
    make_notices(actor=till.bookkeeper, at=till.at, site_id=till.site_id, on=D(on), wanted=wanted)
    said = {"channel": Road.MAIL, "evidence": evidence, "reference": "EM123456789CN", "delivered_at": _noon(on)}
    notice = Notice.objects.latest("pk")
    actions.record_delivery(actor=till.bookkeeper, at=till.at, notice_id=notice.pk, **said)


def _clock(till: Till, on: str = "2026-11-04") -> list[tuple[str, str, str]]:
    return [(str(debt.since), debt.cause, str(debt.barred_on)) for debt in debts(till.site_id, on=D(on))]


def test_it_runs_from_the_due_day(till: Till) -> None:
    till.bill("200.00", "2024-02-29")
    till.bill("100.00", "2026-12-31")
    assert _clock(till) == [("2024-02-29", "due", "2027-02-28")]


@pytest.mark.parametrize(
    ("evidence", "since"), [("receipt", "2025-06-01"), ("delivered", "2025-06-01"), ("sent_only", "2024-03-31")]
)
def test_a_demand_that_arrived_begins_it_anew(till: Till, evidence: str, since: str) -> None:
    till.bill("200.00", "2024-03-31")
    _demanded(till, "2025-06-01", Evidence(evidence))
    assert _clock(till)[0][0] == since


def test_so_does_part_payment_unless_it_bounced(till: Till) -> None:
    till.bill("200.00", "2024-03-31")
    till.takes("60.00", on="2025-07-01")
    assert _clock(till) == [("2025-07-01", "payment", "2028-07-01")]


def test_a_clock_that_had_run_out_is_not_begun_anew(till: Till) -> None:
    till.bill("200.00", "2022-03-31")
    _demanded(till, "2026-06-01", Evidence.RECEIPT)
    assert _clock(till) == [("2022-03-31", "due", "2025-03-31")]


def test_keeper_and_legal_are_told_after_thirty_months_and_after_thirty_three_once_each(till: Till) -> None:
    legal = till.cast.user(Role.LEGAL, till.cast.yql)
    till.bill("200.00", "2024-03-31")
    tells = {"2026-09-29": 0, "2026-09-30": 1, "2026-10-01": 0, "2026-12-30": 0, "2026-12-31": 1, "2027-01-01": 0}
    for day, count in tells.items():
        assert actions.alert_limitation(at=_noon(day), site_id=till.site_id) == count, day
    assert list(LimitationAlert.objects.order_by("months").values_list("months", flat=True)) == [30, 33]
    assert set(Message.objects.values_list("recipient", flat=True)) == {legal.pk}
    assert Message.objects.count() == 2
    assert actions.alert_limitation(at=_noon("2027-04-01") + timedelta(days=30), site_id=till.site_id) == 0
