"""What the database computes for many charges at once is what the rule says of each."""

from datetime import date, timedelta
from decimal import Decimal

from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.billing.till import DAY, Till
from zhongshu.billing.models import Allocation, Charge, Dispute, Payment
from zhongshu.billing.policies.late_fees import Cleared, accrued
from zhongshu.billing.queries.debts import late_fees

DUE = DAY("2026-01-31")
moments = st.integers(-5, 200).map(lambda n: DUE + timedelta(days=n))
steps = st.lists(st.builds(Cleared, on=moments, amount=st.integers(1, 250).map(Decimal)), max_size=3)
pauses = st.lists(st.tuples(moments, st.one_of(st.none(), st.integers(0, 60))), max_size=2)
Frozen = list[tuple[date, date | None]]


def ended(paused: list[tuple[date, int | None]]) -> Frozen:
    return [(day, None if length is None else day + timedelta(days=length)) for day, length in paused]


def happened(bill: Charge, money: Payment, cleared: list[Cleared], frozen: Frozen) -> None:
    Allocation.objects.bulk_create(
        Allocation(
            site_id=bill.site_id, charge=bill, payment=money, amount=step.amount, on=step.on, entry=money.entry,
            recorded_at=money.recorded_at,
        )
        for step in cleared
    )  # fmt: skip
    Dispute.objects.bulk_create(
        Dispute(site_id=bill.site_id, charge=bill, starts_on=since, ends_on=until, reason="") for since, until in frozen
    )


def test_the_statement_and_the_rule_agree(till: Till) -> None:
    money = till.takes("9000.00")
    bills = [till.bill("777.77", str(DUE), rate="0.0005", source_id=n) for n in range(4)]

    @settings(max_examples=20, suppress_health_check=list(HealthCheck), deadline=None)
    @given(st.lists(st.tuples(steps, pauses), min_size=4, max_size=4), moments, st.booleans())
    def agree(histories: list[tuple[list[Cleared], list[tuple[date, int | None]]]], day: date, freezes: bool) -> None:
        on, expected = max(day, DUE + timedelta(days=1)), {}
        with transaction.atomic():
            for bill, (cleared, paused) in zip(bills, histories, strict=True):
                frozen = ended(paused)
                happened(bill, money, cleared, frozen)
                facts = {"principal": bill.amount, "rate": bill.late_fee_rate, "since": DUE, "on": on}
                expected[bill.pk] = accrued(**facts, cleared=cleared, frozen=frozen if freezes else ())  # type: ignore[arg-type]
            found = late_fees(till.site_id, on=on, freezes=freezes, charge_ids=list(expected))
            transaction.set_rollback(True)
        assert {pk: late.accrued for pk, late in found.items()} == expected

    agree()
