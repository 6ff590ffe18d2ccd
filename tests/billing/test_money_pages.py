"""The pages of money, as a bookkeeper, her manager and a cashier use them."""

import pytest
from django.test import Client

from tests.billing.estate import Estate
from tests.billing.till import YUAN, Till
from zhongshu.billing.models import Charge, Payment, Refund, Relief
from zhongshu.billing.policies.cycles import months_later
from zhongshu.identity.roles import Role
from zhongshu.kernel.clock import day_of, now


def signed_in(till: Till, role: Role) -> Client:
    client = Client()
    client.force_login(till.cast.user(role, till.cast.yql))
    return client


@pytest.fixture
def finance(till: Till) -> Client:
    return signed_in(till, Role.FINANCE)


@pytest.fixture
def manager(till: Till) -> Client:
    return signed_in(till, Role.SITE_MANAGER)


def text_of(client: Client, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200, path
    return answer.content.decode()


def test_a_waiver_from_the_account_to_the_manager_s_desk(till: Till, finance: Client, manager: Client) -> None:
    bill = till.bill("3000.00", "2026-03-31", rate="0.0005")
    assert "3,000.00" in text_of(finance, "/billing/accounts/A-1")
    asked, said = f"/billing/charges/{bill.pk}/reliefs", {"kind": "waiver", "reason": "困难"}
    refused = finance.post(asked, said | {"amount": "1.001"})
    assert (refused.status_code, "困难" in refused.content.decode(), Relief.objects.count()) == (422, True, 0)
    finance.post(asked, said | {"amount": "500.00"})
    relief = Relief.objects.get()
    assert "不批准" not in text_of(finance, f"/billing/reliefs/{relief.pk}")
    assert "困难" in text_of(manager, "/billing/reliefs")
    manager.post(f"/billing/reliefs/{relief.pk}/approval")
    assert Charge.objects.get(pk=bill.pk).open_amount == YUAN("2500.00")
    assert "没有待办的减免" in text_of(manager, "/billing/reliefs")
    finance.post("/billing/accounts/A-1/late-fees")
    assert Charge.objects.filter(late_fee_of=bill).exists()


def test_a_payment_its_allocation_and_its_bounce(till: Till, finance: Client) -> None:
    till.bill("209.78", "2026-10-31")
    payment = till.takes("300.00", reference="SJ-77")
    shown = text_of(finance, f"/billing/payments/{payment.number}")
    assert all(words in shown for words in ("209.78", "90.22", "按民法典第560条的顺序"))
    assert payment.number in text_of(finance, "/billing/payments?q=SJ-77&method=cash&since=2026-11-01")
    assert "没有收款" in text_of(finance, "/billing/payments?q=nothing")
    finance.post(f"/billing/payments/{payment.number}/bounce", {"on": day_of(now()), "reason": "退票"})
    assert "已撤销" in text_of(finance, f"/billing/payments/{payment.number}")


def test_credit_is_drawn_and_paid_back(till: Till, finance: Client, manager: Client) -> None:
    till.takes("300.00", on="2026-11-01")
    till.bill("100.00", "2026-11-30")
    finance.post("/billing/accounts/A-1/drawings")
    assert Payment.objects.get().unallocated == YUAN("200.00")
    said = {"method": "transfer", "reference": "TK", "on": day_of(now()), "reason": "搬走"}
    too_much = finance.post("/billing/accounts/A-1/refund", said | {"amount": "200.01"})
    assert (too_much.status_code, "200.00" in too_much.content.decode()) == (422, True)
    finance.post("/billing/accounts/A-1/refund", said | {"amount": "200.00"})
    refund = Refund.objects.get()
    finance.post(f"/billing/refunds/{refund.pk}/approval")
    assert Refund.objects.get().state == "proposed"
    manager.post(f"/billing/refunds/{refund.pk}/approval")
    finance.post(f"/billing/refunds/{refund.pk}/payout", {"on": day_of(now())})
    assert Payment.objects.get().unallocated == 0
    assert "已付款" in text_of(finance, f"/billing/refunds/{refund.pk}")


def test_a_dispute_a_reversal_and_months_ahead(till: Till, finance: Client, estate: Estate) -> None:
    account, item = estate.home("101"), estate.item()
    bill = till.bill("100.00", "2026-10-31", item="SF", account=account)
    finance.post(f"/billing/charges/{bill.pk}/disputes", {"starts_on": "2026-11-01", "reason": "表坏了"})
    dispute = bill.disputes.get()
    assert "有争议" in text_of(finance, f"/billing/accounts/{account.number}")
    early = finance.post(f"/billing/disputes/{dispute.pk}/ending", {"ends_on": "2026-10-01", "outcome": "换表"})
    assert (early.status_code, "换表" in early.content.decode()) == (422, True)
    finance.post(f"/billing/disputes/{dispute.pk}/ending", {"ends_on": "2026-11-02", "outcome": "换表"})
    finance.post(f"/billing/charges/{bill.pk}/reversal", {"reason": "表坏了"})
    assert "已冲销" in text_of(finance, f"/billing/charges/{bill.pk}")
    today = day_of(now())
    said = {
        "item_code": item.code, "place_id": account.unit_id, "starts_on": today.replace(day=1), "months": 12,
        "monthly": "209.78", "method": "cash", "reference": "YJ-1", "received_on": today,
    }  # fmt: skip
    page = f"/billing/accounts/{account.number}/prepayment"
    assert 'value="209.78"' in text_of(finance, f"{page}?item_code={item.code}&place_id={account.unit_id}")
    finance.post(page, said)
    assert f'value="{months_later(today.replace(day=1), 12)}"' in text_of(finance, f"{page}?item_code={item.code}")
    ahead = account.prepayments.get()
    assert "2,517.36" in text_of(finance, f"/billing/accounts/{account.number}")
    finance.post(f"/billing/prepayments/{ahead.pk}/ending", {"on": ahead.starts_on})
    ahead.refresh_from_db()
    assert ahead.ended_on == ahead.starts_on


def test_a_keeper_looks_and_a_technician_does_not(till: Till) -> None:
    bill = till.bill("100.00", "2026-10-31")
    keeper = signed_in(till, Role.KEEPER)
    assert "登记争议" in text_of(keeper, f"/billing/charges/{bill.pk}")
    assert keeper.post(f"/billing/charges/{bill.pk}/reversal", {"reason": "熟人"}).status_code == 404
    assert signed_in(till, Role.TECHNICIAN).get("/billing/accounts/A-1").status_code == 404


def test_a_sites_late_fees_are_looked_at_and_put_on_bills(till: Till, finance: Client) -> None:
    till.bill("3000.00", "2026-03-31", rate="0.0005")
    page = "/billing/late-fees"
    assert "45.00" in text_of(finance, f"{page}?on=2026-04-30")
    assert finance.post(page, {"on": "2100-01-01"}).status_code == 422
    assert finance.post(page, {"on": "2026-04-30"}).status_code == 302
    assert Charge.objects.get(late_fee_of__isnull=False).amount == YUAN("45.00")
    assert "45.00" not in text_of(finance, f"{page}?on=2026-04-30")
    assert signed_in(till, Role.KEEPER).get(page).status_code == 404


def test_from_an_account_to_a_code_and_from_a_payment_to_its_invoice(till: Till, finance: Client) -> None:
    till.bill("100.00", "2026-10-31")
    payment = till.takes("20.00")
    assert f"/online/accounts/{till.account.pk}/order" in text_of(finance, "/billing/accounts/A-1")
    assert f"{payment.number}/invoice" in text_of(finance, f"/billing/payments/{payment.number}")
