"""The counter over the API, by a cashier's and a bookkeeper's program."""

from tests.billing.test_money_api import caller
from tests.billing.till import Till
from zhongshu.billing.kinds import Method
from zhongshu.identity.roles import Role
from zhongshu.kernel.clock import day_of, now
from zhongshu.ledger.kinds import Fund


def test_a_day_by_program(till: Till) -> None:
    till.item("ZXYJ", fund=Fund.DEPOSITS, method=Method.DEPOSIT)
    till.bill("2000.00", day_of(now()).isoformat(), item="ZXYJ")
    cashier, finance = caller(till, Role.CASHIER), caller(till, Role.FINANCE)
    paid = {"account": "A-1", "site": "YQL", "amount": "2000.00", "method": "cash", "reference": "K1"}
    assert cashier.post("/counter/payments", paid).json()["code"] == "no_shift"
    shift = cashier.post("/counter/shifts", {"site": "YQL"}).json()
    taken = cashier.post("/counter/payments", paid | {"tendered": "2100.00"})
    assert (taken.status_code, taken.json()["change"]) == (201, "100.00")
    assert cashier.post("/counter/payments", paid).json() == taken.json()
    assert cashier.get(f"/counter/shifts/{shift['number']}").json()["cash"] == "2000.00"

    held = cashier.get("/counter/deposits?site=YQL").json()["items"]
    assert [(row["account"], row["held"]) for row in held] == [("A-1", "2000.00")]
    asked = {"charge": held[0]["charge"], "amount": "2000.00", "method": "cash", "reason": "退房"}
    release = cashier.post("/counter/releases", asked).json()
    here = f"/counter/releases/{release['number']}"
    assert cashier.post(f"{here}/decision", {"agreed": True}).status_code == 404
    assert finance.post(f"{here}/decision", {"agreed": True}).json()["state"] == "approved"
    assert cashier.post(f"{here}/payment", {}).json()["is_paid"] is True

    drawer = f"/counter/shifts/{shift['number']}"
    assert finance.post("/counter/closes", {"site": "YQL", "day": day_of(now()).isoformat()}).status_code == 409
    assert cashier.post(f"{drawer}/counts", {"notes": {"3": 1}}).json()["field"] == "notes"
    assert cashier.post(f"{drawer}/counts", {"notes": {}}).json()["difference"] == "0.00"
    assert cashier.post(f"{drawer}/handovers", {"goes": "drawer", "amount": "0"}).status_code == 201
    closed = finance.post("/counter/closes", {"site": "YQL", "day": day_of(now()).isoformat()}).json()
    assert (closed["taken"], closed["difference"]) == ({"cash": "2000.00"}, "0.00")
    assert finance.get("/counter/closes?site=YQL").json()["items"] == [closed]
    assert [row["state"] for row in finance.get("/counter/shifts?state=closed").json()["items"]] == ["closed"]
