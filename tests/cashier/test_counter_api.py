"""The counter over the API, by a cashier's and a bookkeeper's program."""

from datetime import timedelta

from tests.billing.test_money_api import caller
from tests.billing.till import Till
from zhongshu.billing.kinds import Method
from zhongshu.estate.models import AccountPlace, Place
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


def test_cash_between_colleagues_by_program(till: Till) -> None:
    """One takes months ahead, slips, hands over; the other refuses, accepts, banks; a keeper stands in for a day."""
    place = Place.objects.create(site=till.cast.yql, kind="unit", code="101", path="101", label="101", usage="dwelling")
    AccountPlace.objects.create(site=till.cast.yql, account=till.account, place=place, starts_on=till.account.starts_on)
    till.item("WYF")
    one, manager = caller(till, Role.CASHIER), caller(till, Role.SITE_MANAGER)
    other, colleague = caller(till, Role.FINANCE), till.cast.user(Role.FINANCE, till.cast.yql)
    today, keeper = day_of(now()), till.cast.user(Role.KEEPER, till.cast.yql)
    shift = one.post("/counter/shifts", {"site": "YQL"}).json()["number"]
    ahead = {
        "account": "A-1", "place": "101", "item": "WYF", "starts_on": today.replace(day=1).isoformat(), "months": 3,
        "monthly": "100.00", "method": "cash", "reference": "K1",
    }  # fmt: skip
    taken = one.post("/counter/prepayments", ahead)
    assert (taken.status_code, taken.json()["amount"]) == (201, "300.00")
    slip = one.post(
        "/counter/payments", {"account": "A-1", "amount": "20.00", "method": "cash", "reference": "K2"}
    ).json()
    back = one.post(f"/counter/payments/{slip['payment']}/cancellation", {"reason": "收错户"})
    assert (back.status_code, back.json()["amount"]) == (201, "20.00")
    assert one.post(f"/counter/shifts/{shift}/counts", {"notes": {"100": 3}}).json()["difference"] == "0.00"
    hand = {"goes": "colleague", "amount": "300.00", "to": colleague.pk}
    first = one.post(f"/counter/shifts/{shift}/handovers", hand).json()["id"]
    assert other.post(f"/counter/handovers/{first}/refusal", {"reason": "少一张"}).json()["reason"] == "少一张"
    second = one.post(f"/counter/shifts/{shift}/handovers", hand).json()["id"]
    assert one.post(f"/counter/handovers/{second}/acceptance", {}).status_code == 404
    assert other.post(f"/counter/handovers/{second}/acceptance", {}).json()["accepted_at"]
    banked = other.post(f"/counter/handovers/{second}/banking", {"reference": "B1"}).json()
    assert (banked["reference"], banked["banked_at"] is None) == ("B1", False)
    assert [row["id"] for row in other.get("/counter/handovers").json()["items"]] == [second, first]

    day = {"starts_on": today.isoformat(), "ends_on": (today + timedelta(days=2)).isoformat(), "reason": "收款员请假"}
    made = manager.post("/counter/stand-ins", {"site": "YQL", "user": keeper.pk, "most": "500.00", **day}).json()
    assert manager.get("/counter/stand-ins?site=YQL").json()["items"] == [made]
    assert one.post(f"/counter/stand-ins/{made['id']}/ending", {}).status_code == 404
    assert manager.post(f"/counter/stand-ins/{made['id']}/ending", {}).json()["ends_on"] == today.isoformat()
