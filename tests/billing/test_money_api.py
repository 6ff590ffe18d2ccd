"""Money told by a program."""

from datetime import date

import pytest
from django.test import Client

from tests.api.conftest import Caller
from tests.billing.till import YUAN, Till
from zhongshu.billing.models import Charge, Payment
from zhongshu.identity.models import ApiToken
from zhongshu.identity.rights import REGISTRY
from zhongshu.identity.roles import Role
from zhongshu.identity.tokens import digest_of, mint


def caller(till: Till, role: Role) -> Caller:
    """A program that acts as the person of that role at the site."""
    secret = mint()
    facts = {"name": "test", "digest": digest_of(secret), "prefix": secret[:9], "scopes": list(REGISTRY)}
    ApiToken.objects.create(user=till.cast.user(role, till.cast.yql), created_at=till.at, **facts)
    return Caller(secret, Client())


@pytest.fixture
def till_program(till: Till) -> Caller:
    return caller(till, Role.FINANCE)


PAID = {"account": "A-1", "amount": "1200.00", "method": "transfer", "reference": "BK-1", "received_on": "2026-06-30"}


def test_a_payment_answers_with_its_allocation(till: Till, till_program: Caller) -> None:
    a, b = (till.bill("1000.00", due, rate="0.0005") for due in ("2024-12-31", "2025-12-31"))
    first = till_program.post("/payments", PAID)
    assert first.status_code == 201
    said = first.json()
    assert said["allocations"] == [
        {
            "charge": bill.pk,
            "item": "WYF",
            "period_start": str(bill.period_start),
            "period_end": str(bill.period_end),
            "part": "principal",
            "amount": amount,
            "rule": "law",
        }
        for bill, amount in ((a, "1000.00"), (b, "200.00"))
    ]
    assert (said["credit"], said["order_used"], said["account"], said["site"]) == ("0.00", "law", "A-1", "YQL")
    again = till_program.post("/payments", PAID)
    assert (again.status_code, again.json()) == (200, said)
    for changed in ({"amount": "1200.01"}, {"received_on": "2026-06-29"}):
        refused = till_program.post("/payments", PAID | changed)
        assert (refused.status_code, refused.json()["code"]) == (409, "reference_used")
    assert till_program.get(f"/payments/{said['number']}").json()["allocations"] == said["allocations"]
    owed = till_program.get("/accounts/YQL/A-1/charges?on=2026-07-10").json()
    sums = [owed[name] for name in ("principal", "late_fee", "owed", "credit")]
    assert sums == ["800.00", "367.50", "1167.50", "0.00"]


def test_the_payer_s_wish_by_item_or_by_charge(till: Till, till_program: Caller) -> None:
    fee, water = till.bill("10.00", "2026-01-31"), till.bill("10.00", "2026-05-31", item="SF")
    by_charge = till_program.post("/payments", PAID | {"amount": 5, "designation": [water.pk]}).json()
    assert [(line["charge"], line["rule"]) for line in by_charge["allocations"]] == [(water.pk, "wish")]
    by_item = till_program.post("/payments", PAID | {"amount": "9.5", "designation": "SF", "reference": "BK-2"}).json()
    assert (by_item["credit"], by_item["designated_item"], by_item["order_used"]) == ("4.50", "SF", "wish")
    assert Charge.objects.get(pk=fee.pk).open_amount == 10


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"amount": "1.001"}, "amount"),
        ({"amount": "0"}, "amount"),
        ({"amount": "NaN"}, "amount"),
        ({"reference": ""}, "reference"),
        ({"received_on": "2999-01-01"}, "received_on"),
        ({"designation": "NONE"}, "designation"),
        ({"designation": [1 << 40]}, "designation"),
        ({"method": "shells"}, "method"),
        ({"surprise": 1}, "surprise"),
    ],
)
def test_what_makes_no_sense_is_refused_by_field(till_program: Caller, changed: dict[str, object], field: str) -> None:
    refused = till_program.post("/payments", PAID | changed)
    assert (refused.status_code, refused.json()["field"]) == (422, field)
    assert not Payment.objects.exists()


def test_two_people_waive_and_pay_back_by_program(till: Till, till_program: Caller) -> None:
    bill = till.bill("100.00", "2026-10-31")
    manager = caller(till, Role.SITE_MANAGER)
    asked = till_program.post(
        f"/charges/{bill.pk}/reliefs", {"kind": "waiver", "amount": "30.00", "reason": "漏水影响"}
    )
    decision = f"/reliefs/{asked.json()['id']}/decision"
    own = till_program.post(decision, {"approve": True})
    assert (asked.status_code, own.json()["code"]) == (201, "second_person_needed")
    assert manager.post(decision, {"approve": True}).json()["state"] == "approved"
    assert till_program.get(f"/charges/{bill.pk}").json()["open_amount"] == "70.00"
    listed = till_program.get("/charges?site=YQL&account=A-1&is_open=true&period=2026-10-09").json()["items"]
    assert [one["id"] for one in listed] == [bill.pk]
    till_program.post("/payments", PAID | {"amount": "100.00"})
    refund = {"account": "A-1", "amount": "30.00", "method": "transfer", "reference": "T1", "on": "2026-11-04"}
    back = till_program.post("/refunds", refund | {"reason": "多交"}).json()
    assert manager.post(f"/refunds/{back['id']}/decision", {"approve": True}).status_code == 200
    paid = till_program.post(f"/refunds/{back['id']}/payout", {"on": "2026-11-04"}).json()
    assert (paid["is_paid"], Payment.objects.get().unallocated) == (True, YUAN("0.00"))
    reversal = till_program.post(f"/charges/{bill.pk}/reversal", {"reason": "重复计费"})
    assert (reversal.status_code, reversal.json()["kind"], reversal.json()["amount"]) == (201, "reversal", "100.00")
    assert Payment.objects.get().unallocated == YUAN("70.00")


def test_a_bounce_and_what_a_keeper_may(till: Till, till_program: Caller) -> None:
    bill = till.bill("1200.00", str(date(2026, 6, 30)))
    number = till_program.post("/payments", PAID).json()["number"]
    keeper = caller(till, Role.KEEPER)
    assert keeper.get(f"/payments/{number}").status_code == 200
    assert keeper.post(f"/payments/{number}/bounce", {"on": "2026-07-01", "reason": "退票"}).status_code == 404
    assert keeper.post("/payments", PAID | {"reference": "K"}).status_code == 404
    assert till_program.post(f"/payments/{number}/bounce", {"on": "2026-07-01", "reason": "退票"}).status_code == 201
    assert Charge.objects.get(pk=bill.pk).open_amount == 1200
    assert caller(till, Role.TECHNICIAN).get(f"/payments/{number}").status_code == 404
