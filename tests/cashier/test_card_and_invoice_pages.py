"""The pages of cards and invoices, as a cashier, a manager and finance use them."""

import pytest
from django.test import Client

from tests.billing.till import Till
from zhongshu.cashier.models import Card, CardRefund, Invoice
from zhongshu.identity.roles import Role


def _desk(till: Till, role: Role) -> Client:
    client = Client()
    client.force_login(till.cast.user(role, till.cast.yql))
    return client


def test_a_card_from_its_issue_to_its_end_on_the_pages(till: Till) -> None:
    till.bill("30", "2026-10-31")
    desk, manager = _desk(till, Role.CASHIER), _desk(till, Role.SITE_MANAGER)
    assert desk.get("/cashier/cards?account=A-1")["Location"] == "/cashier/accounts/A-1/cards"
    assert "没有" in desk.get("/cashier/cards?account=A-9").content.decode()
    made = desk.post("/cashier/accounts/A-1/cards", {"number": "K-1", "holder_id": till.account.customer_id})
    assert made["Location"] == "/cashier/cards/K-1"
    without = {"amount": "80", "method": "transfer", "key": "k"}
    assert desk.post("/cashier/cards/K-1/top-ups", without).status_code == 422
    desk.post("/cashier/cards/K-1/top-ups", without | {"reference": "T1"})
    desk.post("/cashier/cards/K-1/payments", {"amount": "30", "reference": "P1"})
    page = desk.get("/cashier/cards/K-1").content.decode()
    assert "50.00" in page
    desk.post("/cashier/cards/K-1/refunds", {"amount": "50", "method": "transfer", "reason": "搬走"})
    refund = CardRefund.objects.get()
    assert "K-1" in manager.get("/cashier/card-refunds").content.decode()
    manager.post(f"/cashier/card-refunds/{refund.pk}/approval")
    desk.post(f"/cashier/card-refunds/{refund.pk}/payout", {"reference": "B1"})
    desk.post("/cashier/cards/K-1/closing", {"reason": "搬走"})
    card = Card.objects.get()
    assert (card.state, card.balance) == ("closed", 0)
    assert "K-1" in desk.get("/cashier/cards").content.decode()


@pytest.mark.usefixtures("settings")
def test_an_invoice_from_the_settings_to_the_paper_on_the_pages(till: Till) -> None:
    till.bill("209.78", "2026-10-31")
    payment = till.takes("209.78")
    desk, finance = _desk(till, Role.CASHIER), _desk(till, Role.FINANCE)
    seller = {"title": "安居物业", "tax_number": "91350100M000100Y43", "drawn_by": "王", "gateway": "local"}
    assert finance.post("/cashier/invoice-settings", seller | {"tax_number": "1"}).status_code == 422
    finance.post("/cashier/invoice-settings", seller)
    new = f"/cashier/payments/{payment.number}/invoices"
    assert desk.get(f"/cashier/invoices?payment={payment.number}")["Location"] == new
    assert "209.78" in desk.get(new).content.decode()
    assert desk.post(new, {"kind": "special", "buyer_title": "张三"}).status_code == 422
    desk.post(new, {"kind": "normal", "buyer_title": "张三"})
    invoice = Invoice.objects.get()
    at = f"/cashier/invoices/{invoice.pk}"
    desk.post(f"{at}/asking")
    assert desk.get(f"{at}/paper").content[:5] == b"%PDF-"
    assert desk.get(f"{at}/red-paper").status_code == 404
    finance.post(f"{at}/red", {"reason": "抬头错"})
    assert "红冲待确认" in finance.get(at).content.decode()
    assert invoice.serial in finance.get("/cashier/invoices").content.decode()
