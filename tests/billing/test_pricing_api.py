"""Items, prices, runs and single charges over the API."""

import json
from typing import Any

from django.test import Client

from tests.billing.estate import Estate
from zhongshu.billing.models import Charge
from zhongshu.identity.actions import create_token
from zhongshu.identity.rights import REGISTRY
from zhongshu.identity.roles import Role
from zhongshu.kernel.clock import now


class Program:
    """Calls with the token of somebody of that role."""

    def __init__(self, estate: Estate, role: Role) -> None:
        user = estate.cast.user(role, estate.site)
        held = [right.code for right in REGISTRY.values() if role in right.roles]
        _token, secret = create_token(actor=estate.cast.system, at=now(), user=user, name="财务", scopes=held)
        self.headers = {"authorization": f"Bearer {secret}"}

    def get(self, path: str) -> Any:
        return Client().get(f"/api/v1/{path}", headers=self.headers).json()

    def post(self, path: str, status: int = 201, **said: Any) -> Any:
        answer = Client().post(
            f"/api/v1/{path}", json.dumps(said), content_type="application/json", headers=self.headers
        )
        assert answer.status_code == status, answer.content
        return answer.json()


def test_from_item_to_charges(estate: Estate) -> None:
    finance, manager = Program(estate, Role.FINANCE), Program(estate, Role.SITE_MANAGER)
    estate.home("101", "89.27")
    finance.post("charge-items", site="YQL", code="WYF", name="物业费", method="area_gross")
    price = finance.post("charge-items/YQL/WYF/prices", starts_on="2026-01-01", unit_price="2.35")
    usurious = finance.post("charge-items/YQL/WYF/prices", starts_on="2027-01-01", late_fee_rate="0.003")
    assert (price["is_excessive"], usurious["is_excessive"]) == (False, True)
    assert finance.post(f"prices/{price['price_id']}/approval", 409)["code"] == "second_person_needed"
    assert manager.post(f"prices/{price['price_id']}/approval", 200)["state"] == "approved"
    run = finance.post("bill-runs", site="YQL", period="2026-04")
    assert (run["state"], run["total"]) == ("previewed", "209.78")
    assert finance.post(f"bill-runs/{run['run']}/issue", 409, seal="old")["code"] == "changed_meanwhile"
    issued = finance.post(f"bill-runs/{run['run']}/issue", 200, seal=run["seal"])
    assert (issued["state"], issued["charges"], issued["percent"]) == ("issued", 1, 100)
    assert finance.get(f"bill-runs/{run['run']}/exceptions")["total"] == 0
    finance.post("charge-items", site="YQL", code="WXF", name="维修费", method="one_off")
    once = {"site": "YQL", "account": "101.1", "item": "WXF", "amount": "80.00", "due_on": "2026-12-31", "source": 5}
    for _ in range(2):
        finance.post("charges", **once)
    assert Charge.objects.count() == 2
    finance.post("charge-items/YQL/WYF/terms", place="101", starts_on="2026-05-01", is_exempt=True)
    assert finance.post("bill-runs", site="YQL", period="2026-05")["charges"] == 0
    finance.post("billing-policies/YQL", starts_on="2026-12-01", contract_order=["WYF"])
    assert finance.get("billing-policies/YQL")["contract_order"] == []
