"""Notices in the world of the house's tests: one that was handed over, a lawyer, a file of letters."""

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.core.files.base import ContentFile

from zhongshu.billing.models import Charge
from zhongshu.collecting.models import Delivery, Lawyer, Notice, NoticeCharge, PrintRun
from zhongshu.kernel.clock import day_of

if TYPE_CHECKING:
    from tests.house.world import World


def make_noticed(world: "World") -> dict[str, Any]:
    """What was made, by the names that tests/house/addresses.py uses."""
    site, at = world.site, world.at
    charge = Charge.objects.filter(site=site).select_related("account").earliest("pk")
    yesterday = day_of(at) - timedelta(days=1)
    facts: dict[str, Any] = {"site": site, "account": charge.account, "on": yesterday, "made_at": at}
    notice = Notice.objects.create(
        **facts, number="CF-YQL-1", kind="final_demand", principal="209.78", late_fees=0, source="world:1", months=3
    )
    NoticeCharge.objects.create(site=site, notice=notice, charge=charge, open_amount="209.78", late_fee=0)
    delivery = Delivery.objects.create(
        site=site, notice=notice, channel="door", evidence="signed", at=at, recorded_at=at,
        file=ContentFile(b"a photo", "signed.jpg"),
    )  # fmt: skip
    lawyer = Lawyer.objects.create(
        site=site, name="沈砚", licence="13301201910123456", firm="某某律师事务所", firm_licence="23301",
        starts_on=day_of(at),
    )  # fmt: skip
    run = PrintRun.objects.create(
        site=site, subject="notices", what={"ids": [notice.pk]}, on=day_of(at), state="ready", total=1, done=1,
        asked_at=at, file=ContentFile(b"%PDF-1.7", "letters.pdf"),
    )  # fmt: skip
    return {"notice": notice, "delivery": delivery, "lawyer": lawyer, "print_run": run}
