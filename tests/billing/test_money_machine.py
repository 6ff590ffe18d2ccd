"""Money in any order: whatever people do, and however often, billing and ledger agree to the cent.

`HYPOTHESIS_PROFILE=long` tries longer and more; the normal run stays within seconds.
"""

import os
from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection, transaction
from django.db.models import F, Sum
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from tests.billing.till import DAY, Till
from tests.cast import Cast
from zhongshu.billing import actions
from zhongshu.billing.kinds import Method, PaymentMethod, ReliefKind
from zhongshu.billing.lifecycle import ProposalState
from zhongshu.billing.models import Allocation, Charge, Dispute, Payment, Prepayment, Relief, Tariff
from zhongshu.billing.policies.allocation import Designation
from zhongshu.billing.queries.credit import free_credit
from zhongshu.billing.queries.debts import late_fees
from zhongshu.billing.queries.sub_ledgers import sub_ledger_differences
from zhongshu.estate.models import Account, AccountPlace, Place
from zhongshu.identity.actor import Actor
from zhongshu.kernel.clock import day_of
from zhongshu.kernel.errors import Refusal
from zhongshu.ledger import actions as ledger
from zhongshu.ledger.kinds import Fund
from zhongshu.ledger.queries import next_to_close, trial_balance

LONG = os.environ.get("HYPOTHESIS_PROFILE") == "long"
ITEMS = {"WYF": Fund.OPERATING, "SF": Fund.OPERATING, "GGSY": Fund.COMMON_AREA_REVENUE}
cents = st.integers(1, 60_000).map(lambda n: Decimal(n) / 100)
which = st.integers(0, 1_000)
back = st.integers(0, 50)


class Crash(Exception):
    """The program dies before it has committed."""


def _and_dies(act: Callable[[], Any]) -> None:
    act()
    raise Crash


class Money(RuleBasedStateMachine):
    """Two accounts of one site, and everything that can happen to their money."""

    till: Till
    accounts: list[Account]

    @initialize()
    def begin(self) -> None:
        self.within = transaction.atomic()
        self.within.__enter__()
        self.at, self.count = self.till.at, 0
        self.told: list[tuple[dict[str, Any], Payment]] = []

    def teardown(self) -> None:
        if hasattr(self, "within"):
            transaction.set_rollback(True)
            self.within.__exit__(None, None, None)

    @property
    def by(self) -> dict[str, Any]:
        return {"actor": self.finance, "at": self.at}

    @property
    def finance(self) -> Actor:
        return self.till.bookkeeper

    def a_day(self, days_ago: int) -> Any:
        return day_of(self.at) - timedelta(days=days_ago)

    def one_of(self, rows: Any, number: int) -> Any:
        found = list(rows.order_by("pk"))
        return found[number % len(found)] if found else None

    def does(self, act: Callable[[], Any]) -> Any:
        """What it gave; None where a rule said no."""
        self.at += timedelta(hours=7)
        try:
            with transaction.atomic():
                return act()
        except Refusal:
            return None

    @rule(days=st.integers(1, 40))
    def time_goes_by(self, days: int) -> None:
        self.at += timedelta(days=days)

    @rule(account=which, item=st.sampled_from(sorted(ITEMS)), amount=cents, ago=back, ahead=st.booleans())
    def bill(self, account: int, item: str, amount: Decimal, ago: int, ahead: bool) -> None:
        self.count += 1
        due_on = day_of(self.at) + timedelta(days=20) if ahead else self.a_day(ago)
        month = (self.a_day(0) + timedelta(days=31 * (self.count % 4))).replace(day=1)
        who = self.accounts[account % 2]
        self.does(
            lambda: actions.charge_once(
                **self.by, account_id=who.pk, item_code=item, amount=amount, due_on=due_on, period_start=month,
                period_end=(month + timedelta(days=31)).replace(day=1), place_id=who.unit_id,
                source_id=self.count * (item != "WYF"),
            )
        )  # fmt: skip

    @rule(account=which, amount=cents, ago=back, wish=st.sampled_from([None, "WYF", "SF", "rest"]), dies=st.booleans())
    def receive(self, account: int, amount: Decimal, ago: int, wish: str | None, dies: bool) -> None:
        self.count += 1
        said = {
            "account_id": self.accounts[account % 2].pk, "amount": amount, "method": PaymentMethod.CASH,
            "reference": f"R{self.count}", "received_on": self.a_day(ago),
            "designation": Designation(item=wish if wish != "rest" else "", keeps_rest=True) if wish else None,
        }  # fmt: skip
        if dies:
            self.crashes(lambda: actions.receive(**self.by, **said))
        elif made := self.does(lambda: actions.receive(**self.by, **said)):
            self.told.append((said, made))

    def crashes(self, act: Callable[[], Any]) -> None:
        before = self.rows()
        with pytest.raises((Crash, Refusal)), transaction.atomic():
            _and_dies(act)
        assert self.rows() == before

    def rows(self) -> list[int]:
        return [model._default_manager.count() for model in (Charge, Payment, Allocation, Relief)]

    @precondition(lambda self: self.told)
    @rule(number=which)
    def say_it_again(self, number: int) -> None:
        said, made = self.told[number % len(self.told)]
        before = self.rows()
        assert self.does(lambda: actions.receive(**self.by, **said)) == made
        assert self.rows() == before

    @rule(number=which)
    def bounce(self, number: int) -> None:
        if payment := self.one_of(Payment.objects.all(), number):
            self.does(lambda: actions.bounce_payment(**self.by, payment_id=payment.pk, on=self.a_day(0), reason="退票"))

    @rule()
    def draw(self) -> None:
        self.does(lambda: actions.draw_credits(**self.by, site_id=self.till.site_id))

    @rule(account=which, amount=cents)
    def pay_back(self, account: int, amount: Decimal) -> None:
        who = self.accounts[account % 2]
        free = sum((free for _payment, free in free_credit(who.pk)), Decimal(0))
        self.count += 1
        on = self.a_day(0)
        asked = self.does(
            lambda: actions.refund_credit(
                **self.by, account_id=who.pk, amount=min(amount, free) or amount, method=PaymentMethod.TRANSFER,
                reference=f"T{self.count}", on=on, reason="搬走",
            )
        )  # fmt: skip
        if asked:
            actions.approve_refund(actor=self.till.manager, at=self.at, refund_id=asked.pk)
            for _twice in range(2):
                actions.pay_refund(**self.by, refund_id=asked.pk, on=on)

    @rule(number=which)
    def reverse(self, number: int) -> None:
        if charge := self.one_of(Charge.objects.all(), number):
            self.does(lambda: actions.reverse_charge(**self.by, charge_id=charge.pk, reason="算错"))

    @rule(number=which, kind=st.sampled_from([ReliefKind.WAIVER, ReliefKind.WRITE_OFF]), whole=st.booleans())
    def relieve(self, number: int, kind: ReliefKind, whole: bool) -> None:
        charge = self.one_of(Charge.objects.filter(open_amount__gt=0), number)
        if charge:
            amount = charge.open_amount if whole else Decimal("0.01")
            relief = self.does(
                lambda: actions.propose_relief(**self.by, charge_id=charge.pk, kind=kind, amount=amount, reason="困难")
            )
            actions.approve_relief(actor=self.till.manager, at=self.at, relief_id=relief.pk)

    @rule(ago=back)
    def post_late_fees(self, ago: int) -> None:
        self.does(lambda: actions.post_late_fees(**self.by, site_id=self.till.site_id, on=self.a_day(ago)))

    @rule(number=which, ago=back)
    def dispute(self, number: int, ago: int) -> None:
        if charge := self.one_of(Charge.objects.filter(late_fee_of=None), number):
            running = Dispute.objects.filter(charge=charge, ends_on=None).first()
            if running:
                said = {"dispute_id": running.pk, "ends_on": self.a_day(0), "outcome": "已说明"}
                self.does(lambda: actions.end_dispute(**self.by, **said))
            else:
                said = {"charge_id": charge.pk, "starts_on": self.a_day(ago), "reason": "不认"}
                self.does(lambda: actions.open_dispute(**self.by, **said))

    @rule(account=which, months=st.integers(1, 4), monthly=cents)
    def pay_ahead(self, account: int, months: int, monthly: Decimal) -> None:
        who = self.accounts[account % 2]
        self.count += 1
        said = {
            "account_id": who.pk, "place_id": who.unit_id, "item_code": "WYF", "months": months, "monthly": monthly,
            "starts_on": self.a_day(0).replace(day=1), "method": PaymentMethod.POS, "reference": f"P{self.count}",
            "received_on": self.a_day(0),
        }  # fmt: skip
        self.does(lambda: actions.prepay(**self.by, **said))

    @rule(number=which, later=st.integers(0, 3))
    def end_early(self, number: int, later: int) -> None:
        if ahead := self.one_of(Prepayment.objects.all(), number):
            on = ahead.starts_on + timedelta(days=31 * later)
            self.does(lambda: actions.end_prepayment(**self.by, prepayment_id=ahead.pk, on=on))

    @rule()
    def close_a_month(self) -> None:
        if month := next_to_close(self.till.site_id, self.a_day(0)):
            site = self.till.cast.yql
            self.does(lambda: ledger.close_period(actor=self.till.cast.system, at=self.at, site=site, month=month))

    @invariant()
    def books_agree(self) -> None:
        if not hasattr(self, "at"):
            return
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED")
        assert sub_ledger_differences(self.till.site_id) == []
        for fund in Fund:
            rows = [row for row in trial_balance(self.till.site_id, DAY("2999-01-01")) if row.fund == fund]
            assert sum(row.closing for row in rows) == 0

    @invariant()
    def open_amounts_follow_from_what_happened(self) -> None:
        spent = dict(Allocation.objects.values_list("charge").annotate(total=Sum("amount")))
        for charge in Charge.objects.all():
            assert charge.open_amount == charge.amount - spent.get(charge.pk, 0)
        used = dict(Allocation.objects.filter(payment__isnull=False).values_list("payment").annotate(Sum("amount")))
        gone = dict(Payment.objects.filter(outflows__isnull=False).values_list("pk").annotate(Sum("outflows__amount")))
        for payment in Payment.objects.all():
            assert payment.unallocated == payment.amount - used.get(payment.pk, 0) - gone.get(payment.pk, 0)
        assert (
            not Allocation.objects.filter(payment__isnull=False).exclude(payment__account=F("charge__account")).exists()
        )

    @invariant()
    def late_fees_are_what_the_rule_says(self) -> None:
        """Never more posted than has accrued by now; of what is paid off, all of it; never more than the principal."""
        if not hasattr(self, "at"):
            return
        reversed_ids = set(
            Relief.objects.filter(kind="reversal", state=ProposalState.APPROVED).values_list("charge", flat=True)
        )
        late = late_fees(
            self.till.site_id, on=self.a_day(0), freezes=True,
            charge_ids=list(Charge.objects.filter(late_fee_of=None).values_list("pk", flat=True)),
        )  # fmt: skip
        for charge in Charge.objects.filter(pk__in=late).exclude(pk__in=reversed_ids):
            fee = late[charge.pk]
            assert fee.posted <= fee.accrued <= charge.amount
            assert charge.open_amount > 0 or fee.unposted == 0


@pytest.fixture
def world(cast: Cast, noon: datetime) -> Till:
    till = Till.open(cast, noon)
    second = Till.account_of(cast, "A-2")
    for number, account in enumerate((till.account, second)):
        account.unit = Place.objects.create(
            site=cast.yql, code=f"U{number}", path=f"U{number}", kind="unit", label=f"U{number}"
        )
        account.save()
        AccountPlace.objects.create(site=cast.yql, account=account, place=account.unit, starts_on=DAY("2020-01-01"))
    for code, fund in ITEMS.items():
        Tariff.objects.create(
            site=cast.yql, item=till.item(code, fund, method=Method.ONE_OFF), version=1, starts_on=DAY("2020-01-01"),
            late_fee_rate=Decimal("0.0005"), vat_rate=Decimal("0.06"), state="approved", proposed_at=noon,
        )  # fmt: skip
    till.policy(prepay_discount=Decimal("0.95"))
    assert till.bookkeeper.user_id != till.manager.user_id  # they are there before anything is taken back
    Money.till, Money.accounts = till, [till.account, second]
    return till


def test_money_in_any_order(world: Till) -> None:
    run_state_machine_as_test(
        Money,
        settings=settings(
            max_examples=400 if LONG else 12,
            stateful_step_count=60 if LONG else 25,
            deadline=None,
            derandomize=not LONG,
            phases=(Phase.generate, Phase.shrink) if LONG else (Phase.generate,),
            suppress_health_check=list(HealthCheck),
        ),
    )
