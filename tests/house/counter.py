"""The counter in the world of the house's tests: a payment, cash for a colleague, a deposit, a closed day."""

from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from zhongshu.billing import actions as billing
from zhongshu.billing.kinds import Method, PaymentMethod
from zhongshu.billing.models import ChargeItem
from zhongshu.billing.policies.allocation import Designation
from zhongshu.cashier import actions
from zhongshu.cashier.kinds import CashGoes
from zhongshu.cashier.models import DailyClose
from zhongshu.cashier.queries.days import figures_of
from zhongshu.identity.roles import Role
from zhongshu.kernel.clock import day_of
from zhongshu.ledger.kinds import Fund

if TYPE_CHECKING:
    from tests.house.world import World


def make_counter(world: "World") -> dict[str, Any]:
    """What was made, by the names that tests/house/addresses.py uses."""
    at, site, today = world.at, world.site, day_of(world.at)
    cashier, finance = world.cast.actor(Role.CASHIER, site), world.cast.actor(Role.FINANCE, site)
    manager = world.cast.actor(Role.SITE_MANAGER, site)
    DailyClose.objects.create(site=site, day=date(2026, 11, 2), figures=figures_of(site.pk, today).kept(), at=at)
    ChargeItem.objects.create(site=site, code="ZXYJ", name="装修押金", method=Method.DEPOSIT, fund=Fund.DEPOSITS)
    owed = {"account_id": world.account.pk, "amount": Decimal("50.00")}
    deposit = billing.charge_once(
        actor=finance, at=at, item_code="ZXYJ", due_on=today, period_start=today, source_id=1, **owed
    )
    cash = {"at": at, "method": PaymentMethod.CASH, **owed}
    actions.open_shift(actor=cashier, at=at, site_id=site.pk)
    wish = Designation(charges=frozenset({deposit.pk}))
    taken = actions.take_payment(actor=cashier, reference="GT-1", designation=wish, **cash)
    theirs = actions.open_shift(actor=finance, at=at, site_id=site.pk)
    actions.take_payment(actor=finance, reference="GT-2", **cash)
    actions.count_shift(actor=finance, at=at, shift_id=theirs.pk, notes={"50": 1})
    given = {"shift_id": theirs.pk, "goes": CashGoes.COLLEAGUE, "amount": owed["amount"], "to_id": cashier.user_id}
    handover = actions.hand_over(actor=finance, at=at, **given)
    release = actions.propose_release(
        actor=cashier, at=at, charge_id=deposit.pk, amount=Decimal("10.00"), method=PaymentMethod.CASH, reason="x"
    )
    stand_in = actions.authorise_stand_in(
        actor=manager, at=at, site_id=site.pk, user_id=world.staff[Role.CALL_TAKER].user_id, starts_on=today,
        ends_on=today + timedelta(days=2), reason="出纳请假",
    )  # fmt: skip
    return {"taken": taken, "handover": handover, "deposit_release": release, "stand_in": stand_in}
