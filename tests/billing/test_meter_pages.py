"""Meters on the pages: fitted, read by phone with a picture, doubted, corrected; costs split, contracts signed."""

from datetime import timedelta
from decimal import Decimal
from io import BytesIO
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from tests.billing.estate import Estate
from zhongshu.billing.kinds import Method
from zhongshu.billing.models import Contract, Meter, Reading, SharedCost
from zhongshu.identity.roles import Role
from zhongshu.kernel.clock import day_of, now


@pytest.fixture
def desk(estate: Estate, client: Client) -> Client:
    """Finance, and a home with its items."""
    estate.home("1-101")
    for code, method in (("SF", Method.METERED), ("GT", Method.SHARED), ("ZJ", Method.RENT)):
        estate.item("3", code=code, method=method, timing="arrears")
    client.force_login(estate.cast.user(Role.FINANCE, estate.site))
    return client


def post(desk: Client, path: str, **typed: Any) -> Any:
    return desk.post(f"/billing/{path}", typed)


def get(desk: Client, path: str) -> str:
    return desk.get(f"/billing/{path}").content.decode()


def picture() -> SimpleUploadedFile:
    buffer = BytesIO()
    Image.new("RGB", (8, 8), "red").save(buffer, "PNG")
    return SimpleUploadedFile("dial.png", buffer.getvalue())


def test_a_meter_on_the_pages(desk: Client) -> None:
    today = day_of(now())
    before = today - timedelta(days=40)
    typed = {"place_code": "1-101", "item_code": "SF", "number": "B1", "digits": 5, "multiplier": 1}
    typed |= {"starts_on": str(today - timedelta(days=70)), "start_value": 0}
    wrong = post(desk, "meters", **typed | {"place_code": "9-999"})
    assert wrong.status_code == 422
    assert "没有编码为 9-999 的位置" in wrong.content.decode()
    assert post(desk, "meters", **typed).status_code == 302
    meter = Meter.objects.get()
    assert "1-101" in get(desk, "m/meters")
    assert post(desk, f"m/meters/{meter.pk}", read_on=before, value="30", photo=picture()).status_code == 302
    reading = Reading.objects.get()
    assert (reading.source, reading.usage) == ("phone", 30)
    assert desk.get(f"/billing/readings/{reading.pk}/photo").content[:3] == b"\xff\xd8\xff"
    asked = post(desk, f"m/meters/{meter.pk}", read_on=today, value="200")
    assert asked.status_code == 422
    assert "确认无误" in asked.content.decode()
    assert post(desk, f"m/meters/{meter.pk}", read_on=today, value="200", is_sure="on").status_code == 302
    assert "本月都抄完了" in get(desk, "m/meters")
    last = Reading.objects.latest("pk")
    assert post(desk, f"readings/{last.pk}/reversal", reason="看错").status_code == 302
    assert post(desk, f"meters/{meter.pk}/readings", read_on=today, value="60").status_code == 302
    new = {"read_on": today, "value": "60", "number": "B2", "digits": 6, "multiplier": 1, "start_value": "0"}
    assert post(desk, f"meters/{meter.pk}/replacement", **new).status_code == 302
    assert "换上的表" in get(desk, f"meters/{meter.pk}")
    successor = Meter.objects.get(number="B2")
    assert post(desk, f"meters/{successor.pk}/removal", read_on=today, value="0").status_code == 302
    assert "已撤销" in get(desk, "readings")
    assert "B2" not in get(desk, "meters")
    assert "B2" in get(desk, "meters?all=1&q=B")


def test_a_cost_on_the_pages(desk: Client) -> None:
    typed = {"item_code": "GT", "month": "2026-10", "place_code": "1-101", "basis": "floor_factor", "factors": "x"}
    wrong = post(desk, "shared", **typed, amount="10")
    assert wrong.status_code == 422
    assert "1:0, 2:0.8" in wrong.content.decode()
    assert post(desk, "shared", **typed | {"basis": "household", "factors": ""}, amount="10").status_code == 302
    cost = SharedCost.objects.get()
    assert (cost.amount, f"{cost.period_start:%Y-%m-%d}") == (Decimal(10), "2026-10-01")
    assert "10.00" in get(desk, f"shared/{cost.pk}")
    assert post(desk, f"shared/{cost.pk}/cancellation", reason="录错").status_code == 302
    assert "已取消" in get(desk, "shared")


def test_a_contract_on_the_pages(desk: Client) -> None:
    typed = {"number": "HT-1", "kind": "kiosk", "title": "售货机", "partner_name": "友宝", "item_code": "ZJ"}
    typed |= {"starts_on": "2026-01-15", "ends_on": "2028-01-15", "cycle": "quarter", "monthly_amount": "300"}
    wrong = post(desk, "contracts", **typed | {"ends_on": "2026-01-15"}, yearly_rise="5", warn_days="60")
    assert wrong.status_code == 422
    assert post(desk, "contracts", **typed, yearly_rise="5", warn_days="60").status_code == 302
    contract = Contract.objects.get()
    assert [str(step.monthly_amount) for step in contract.steps.all()] == ["300.00", "315.00"]
    assert "945.00" in get(desk, f"contracts/{contract.pk}")
    assert post(desk, f"contracts/{contract.pk}/termination", ended_on="2026-12-01", reason="撤场").status_code == 302
    assert "HT-1" not in get(desk, "contracts")
    assert "HT-1" in get(desk, "contracts?all=1")
