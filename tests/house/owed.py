"""What is owed and paid in the world of the house's tests: bills, a payment, what waits for a second person."""

from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from zhongshu.billing import actions
from zhongshu.billing.kinds import Method, PaymentMethod, ReliefKind
from zhongshu.billing.models import ChargeItem
from zhongshu.identity.roles import Role
from zhongshu.kernel.clock import day_of

if TYPE_CHECKING:
    from tests.house.world import World


def make_owed(world: "World") -> dict[str, Any]:
    """What was made, by the names that tests/house/addresses.py uses."""
    today, unit, account = day_of(world.at), world.unit, world.account
    by = {"actor": world.cast.actor(Role.FINANCE, world.site), "at": world.at}
    ChargeItem.objects.create(site=world.site, code="ZXF", name="有偿服务", method=Method.ONE_OFF)
    bills = [
        actions.charge_once(
            **by, account_id=account.pk, item_code="ZXF", amount=Decimal("100.00"), period_start=day,
            due_on=today - timedelta(days=30),
        )
        for day in (today - timedelta(days=60), today - timedelta(days=59))
    ]  # fmt: skip
    money = {"account_id": account.pk, "method": PaymentMethod.CASH, "received_on": today}
    paid = actions.receive(**by, **money, amount=Decimal("120.00"), reference="SJ-1", payer_name="王小明")
    ahead = actions.prepay(
        **by, **money, place_id=unit.pk, item_code="ZXF", starts_on=today.replace(day=1), months=3,
        monthly=Decimal("50.00"), reference="SJ-2",
    )  # fmt: skip
    actions.receive(**by, **money, amount=Decimal("500.00"), reference="SJ-3")
    bill = actions.charge_once(
        **by, account_id=account.pk, item_code="ZXF", amount=Decimal("60.00"), period_start=today, due_on=today
    )
    relief = actions.propose_relief(
        **by, charge_id=bill.pk, kind=ReliefKind.WAIVER, amount=Decimal("10.00"), reason="漏水影响"
    )
    refund = actions.refund_credit(
        **by, account_id=account.pk, amount=Decimal("5.00"), method=PaymentMethod.CASH, reference="TK-1", on=today,
        reason="多交",
    )  # fmt: skip
    dispute = actions.open_dispute(**by, charge_id=bill.pk, starts_on=today, reason="没有收到通知")
    names = ("owing", "bill", "payment", "prepayment", "relief", "credit_refund", "dispute")
    return dict(zip(names, (account, bills[0], paid, ahead, relief, refund, dispute), strict=True))
