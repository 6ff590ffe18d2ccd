"""A meter that was read, a common cost, a contract: what their pages name."""

from datetime import timedelta
from decimal import Decimal
from io import BytesIO
from typing import TYPE_CHECKING, Any

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from zhongshu.billing import actions
from zhongshu.billing.actions.contracting import Partner, Terms
from zhongshu.billing.actions.metering import Dial, Shown
from zhongshu.billing.actions.sharing import Cost
from zhongshu.billing.kinds import Method, SharingBasis
from zhongshu.billing.models import ChargeItem
from zhongshu.billing.policies.rent import Step
from zhongshu.identity.roles import Role
from zhongshu.kernel.clock import day_of

if TYPE_CHECKING:
    from tests.house.world import World


def make_metered(world: "World") -> dict[str, Any]:
    """By the names that tests/house/addresses.py uses."""
    today, since = day_of(world.at), day_of(world.at) - timedelta(days=30)
    for code, method in (("W-SF", Method.METERED), ("W-GT", Method.SHARED), ("W-ZJ", Method.RENT)):
        ChargeItem.objects.create(site=world.site, code=code, name=code, method=method)
    facts: dict[str, Any] = {"actor": world.cast.actor(Role.HEAD_OFFICE, at=world.at), "at": world.at}
    there: dict[str, Any] = {**facts, "site_id": world.site.pk}
    place = world.unit.code
    meter = actions.add_meter(**there, place_code=place, item_code="W-SF", starts_on=since, dial=Dial("B1"))
    buffer = BytesIO()
    Image.new("RGB", (4, 4)).save(buffer, "PNG")
    shown = Shown(today, Decimal(5), photo=SimpleUploadedFile("dial.png", buffer.getvalue()))
    reading = actions.take_reading(**facts, meter_id=meter.pk, shown=shown)
    cost = Cost(Decimal("10.00"), basis=SharingBasis.HOUSEHOLD)
    shared = actions.share_cost(**there, place_code=place, item_code="W-GT", month=today, cost=cost)
    contract = actions.sign_contract(
        **there, number="HT-1", kind="kiosk", title="售货机", partner=Partner("友宝"), item_code="W-ZJ",
        terms=Terms(since, since + timedelta(days=365), [Step(since, Decimal("300.00"))]),
    )  # fmt: skip
    return {"meter": meter, "reading": reading, "shared_cost": shared, "contract": contract}
