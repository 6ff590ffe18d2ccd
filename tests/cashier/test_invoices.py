"""E-invoices: never more than was paid, whatever the tax platform answers, loses or says twice."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from threading import Barrier
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from tests.billing.till import Till
from tests.cast import Cast
from zhongshu.billing import actions as billing
from zhongshu.billing.models import Payment
from zhongshu.cashier import actions
from zhongshu.cashier.errors import IllegalInvoiceMove, NoInvoiceSeller, NothingToInvoice
from zhongshu.cashier.gateways import GATEWAYS, LOCAL
from zhongshu.cashier.gateways.base import Absent, Confirmed, Issued, Pending, RedSheet, Refused, Sheet, Unanswered
from zhongshu.cashier.kinds import InvoiceKind
from zhongshu.cashier.lifecycle import INVOICE_MOVES, InvoiceState
from zhongshu.cashier.models import Invoice, InvoiceLine, InvoiceMove
from zhongshu.cashier.policies.invoices import ask_again_after, is_tax_number, tax_by_rate, tax_of_part
from zhongshu.cashier.queries.invoices import invoiceable, last_buyer
from zhongshu.identity.roles import Role
from zhongshu.kernel.clock import day_of
from zhongshu.kernel.errors import Invalid, NotFound
from zhongshu.kernel.outbox import deliver_pending
from zhongshu.ledger.kinds import Fund
from zhongshu.messaging.models import Message

YUAN = Decimal
SELLER, BUYER = "91310000MA1K3YJ12K", "91350100M000100Y43"


@dataclass
class Platform:
    """A tax platform as its service providers describe it: by serial it knows what it has, and says what it likes."""

    label: str = "stub"
    says: list[Any] = field(default_factory=list)
    heard: list[str] = field(default_factory=list)
    has: dict[str, Issued] = field(default_factory=dict)

    def issue(self, sheet: Sheet) -> Any:
        self.has.setdefault(sheet.serial, Issued(f"26{len(self.has) + 1:018d}", sheet.at, b"%PDF-1"))
        return self._answer("issue", self.has[sheet.serial])

    def query(self, sheet: Sheet) -> Any:
        return self._answer("query", self.has.get(sheet.serial, Absent()))

    def confirm_red(self, red: RedSheet) -> Any:
        return self._answer("confirm", Confirmed("HZ-1"))

    def red(self, red: RedSheet) -> Any:
        assert red.confirmation == "HZ-1"
        return self._answer("red", Issued(f"27{red.sheet.id:018d}", red.sheet.at, b"%PDF-2"))

    def _answer(self, question: str, truth: Any) -> Any:
        """What it was told to say, else the truth."""
        self.heard.append(question)
        said = self.says.pop(0) if self.says else truth
        if isinstance(said, Exception):
            raise said
        return said


@pytest.fixture
def platform(monkeypatch: pytest.MonkeyPatch) -> Platform:
    """A platform under the name `stub`."""
    stub = Platform()
    monkeypatch.setitem(GATEWAYS, "stub", stub)
    return stub


def _set_up(till: Till, gateway: str = LOCAL) -> None:
    actions.set_up_invoices(
        actor=till.bookkeeper, at=till.at, site_id=till.site_id, title="安居物业有限公司", tax_number=SELLER,
        drawn_by="王会计", gateway=gateway,
    )  # fmt: skip


def _paid(till: Till, amount: str = "209.78", due: str = "2026-10-31") -> Payment:
    till.bill(amount, due, vat_rate=YUAN("0.06"))
    return till.takes(amount)


def _asked(till: Till, payment: Payment, **facts: Any) -> Invoice:
    said: dict[str, Any] = {"kind": InvoiceKind.NORMAL, "buyer_title": "张三"} | facts
    return actions.request_invoice(actor=till.cashier, at=till.at, payment_id=payment.pk, **said)


def _tick(till: Till, minutes: int = 70) -> None:
    till.at += timedelta(minutes=minutes)
    actions.ask_invoices(actor=till.cast.system, at=till.at)


def _issued(till: Till) -> Invoice:
    """One that the platform has issued."""
    _set_up(till, "stub")
    invoice = _asked(till, _paid(till))
    _tick(till)
    return _now(invoice)


def _now(invoice: Invoice) -> Invoice:
    return Invoice.objects.get(pk=invoice.pk)


def test_a_payment_is_invoiced_locally_as_a_sample(till: Till, settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path
    _set_up(till)
    invoice = _asked(till, _paid(till), kind=InvoiceKind.SPECIAL, buyer_title="某某公司", buyer_tax_number=BUYER)
    assert (invoice.amount, invoice.tax_amount) == (YUAN("209.78"), YUAN("11.87"))
    _tick(till)
    invoice = _now(invoice)
    assert (invoice.state, invoice.number) == (InvoiceState.ISSUED, f"26000{invoice.pk:015d}")
    assert invoice.pdf.read(5) == b"%PDF-"
    assert [move.after for move in invoice.moves.order_by("pk")] == ["requested", "issuing", "issued"]
    remembered = last_buyer(till.account.pk)
    assert remembered
    assert (remembered.buyer_title, remembered.buyer_tax_number) == ("某某公司", BUYER)
    actions.request_red(actor=till.bookkeeper, at=till.at, invoice_id=invoice.pk, reason="抬头开错")
    _tick(till)
    _tick(till)
    invoice = _now(invoice)
    assert (invoice.state, invoice.red_number) == (InvoiceState.RED_ISSUED, f"26001{invoice.pk:015d}")
    assert invoice.red_pdf.read(5) == b"%PDF-"
    assert _asked(till, invoice.payment, buyer_title="李四").amount == YUAN("209.78")


def test_only_what_was_paid_and_only_once(till: Till) -> None:
    with pytest.raises(NoInvoiceSeller):
        _asked(till, _paid(till, due="2026-09-30"))
    _set_up(till)
    first, second = till.bill("100", "2026-10-31", vat_rate=YUAN("0.06")), till.bill("100", "2026-11-30")
    payment = till.takes("130")
    assert {part.charge.pk: part.left for part in invoiceable(payment.pk)} == {
        first.pk: YUAN(100),
        second.pk: YUAN(30),
    }
    one = _asked(till, payment, charges=frozenset({first.pk}))
    assert (one.amount, one.tax_amount) == (YUAN(100), YUAN("5.66"))
    with pytest.raises(NothingToInvoice):
        _asked(till, payment, charges=frozenset({first.pk, second.pk}))
    assert _asked(till, payment).amount == YUAN(30)
    with pytest.raises(NothingToInvoice):
        _asked(till, payment)


def test_deposits_are_nobodys_sale(till: Till) -> None:
    _set_up(till)
    till.item("YJ", Fund.DEPOSITS)
    till.bill("500", "2026-10-31", item="YJ")
    with pytest.raises(NothingToInvoice):
        _asked(till, till.takes("500"))
    assert not Invoice.objects.exists()


def test_what_a_request_refuses(till: Till) -> None:
    _set_up(till)
    payment = _paid(till)
    for wrong in (
        {"buyer_title": " "},
        {"kind": InvoiceKind.SPECIAL},
        {"buyer_tax_number": "91350100M000100Y44"},
        {"note": "长" * 201},
    ):
        with pytest.raises(Invalid):
            _asked(till, payment, **wrong)
    with pytest.raises(NotFound):
        actions.request_invoice(
            actor=till.cast.actor(Role.CASHIER, till.cast.xh), at=till.at, payment_id=payment.pk,
            kind=InvoiceKind.NORMAL, buyer_title="张三",
        )  # fmt: skip
    with pytest.raises(Invalid):
        _set_up(till, "nowhere")
    with pytest.raises(NotFound):
        actions.set_up_invoices(
            actor=till.cashier, at=till.at, site_id=till.site_id, title="x", tax_number=SELLER, drawn_by="x",
            gateway=LOCAL,
        )  # fmt: skip
    assert not Invoice.objects.exists()


def test_pending_then_issued(till: Till, platform: Platform) -> None:
    _set_up(till, "stub")
    invoice = _asked(till, _paid(till))
    platform.says = [Pending(), Pending()]
    for _again in range(3):
        _tick(till)
    assert platform.heard == ["issue", "query", "query"]
    assert _now(invoice).state == InvoiceState.ISSUED
    _tick(till)
    assert len(platform.heard) == 3  # nothing is asked about what is settled


def test_a_lost_answer_is_asked_for_and_never_issued_twice(till: Till, platform: Platform) -> None:
    _set_up(till, "stub")
    invoice = _asked(till, _paid(till))
    platform.says = [Unanswered("超时"), Unanswered("断线")]
    _tick(till)
    assert (_now(invoice).state, _now(invoice).error) == (InvoiceState.ISSUING, "超时")
    _tick(till)
    _tick(till)
    assert platform.heard == ["issue", "query", "query"]
    assert (_now(invoice).number, len(platform.has)) == (f"26{1:018d}", 1)
    assert _now(invoice).error == ""


def test_what_never_arrived_is_handed_in_again(till: Till, platform: Platform) -> None:
    _set_up(till, "stub")
    invoice = _asked(till, _paid(till))
    platform.says = [Unanswered()]
    _tick(till)
    platform.has.clear()
    _tick(till)
    assert platform.heard == ["issue", "query", "issue"]
    assert _now(invoice).state == InvoiceState.ISSUED


def test_an_answer_that_comes_twice_counts_once(till: Till, platform: Platform) -> None:
    """Two workers ask about the same invoice; the slower one hears another number."""
    _set_up(till, "stub")
    invoice = _asked(till, _paid(till))
    slow = platform.issue

    def issue(sheet: Sheet) -> Any:
        platform.issue = slow  # type: ignore[method-assign]
        actions.ask_invoice(actor=till.cast.system, at=till.at, invoice_id=invoice.pk)
        return Issued("9" * 20, till.at, b"%PDF-late")

    platform.issue = issue  # type: ignore[method-assign]
    _tick(till)
    assert _now(invoice).number == f"26{1:018d}"
    assert InvoiceMove.objects.filter(invoice=invoice, after="issued").count() == 1


def test_refused_it_can_be_asked_for_anew(till: Till, platform: Platform) -> None:
    _set_up(till, "stub")
    payment = _paid(till)
    invoice = _asked(till, payment)
    platform.says = [Refused("购买方名称与税号不符")]
    _tick(till)
    assert (_now(invoice).state, _now(invoice).error) == (InvoiceState.FAILED, "购买方名称与税号不符")
    anew = _asked(till, payment, buyer_title="张三丰")
    assert anew.serial != invoice.serial
    _tick(till)
    assert _now(anew).state == InvoiceState.ISSUED


@pytest.mark.parametrize("nonsense", [Issued("123", None, b""), Issued("x" * 20, None, b""), Confirmed("?")])
def test_nonsense_is_asked_again(till: Till, platform: Platform, nonsense: Any) -> None:
    _set_up(till, "stub")
    invoice = _asked(till, _paid(till))
    platform.says = [nonsense]
    _tick(till)
    assert (_now(invoice).state, _now(invoice).attempts) == (InvoiceState.ISSUING, 1)
    _tick(till)
    assert _now(invoice).state == InvoiceState.ISSUED


def test_one_that_breaks_does_not_stop_the_others(till: Till, platform: Platform) -> None:
    _set_up(till, "stub")
    broken, fine = _asked(till, _paid(till)), _asked(till, _paid(till, "10", "2026-09-30"))
    platform.says = [KeyError("bug")]
    with pytest.raises(ExceptionGroup):
        _tick(till)
    assert (_now(broken).state, _now(fine).state) == (InvoiceState.ISSUING, InvoiceState.ISSUED)
    _tick(till)
    assert _now(broken).state == InvoiceState.ISSUED


def test_a_red_invoice_is_confirmed_first(till: Till, platform: Platform) -> None:
    invoice = _issued(till)
    said = {"at": till.at, "invoice_id": invoice.pk, "reason": "重复开具"}
    with pytest.raises(NotFound):
        actions.request_red(actor=till.cashier, **said)
    actions.request_red(actor=till.bookkeeper, **said)
    with pytest.raises(IllegalInvoiceMove):
        actions.request_red(actor=till.bookkeeper, **said)
    platform.says = [Pending(), Unanswered(), Confirmed("HZ-1"), Pending(), Unanswered()]
    states = []
    for _again in range(6):
        _tick(till)
        states.append(_now(invoice).state)
    assert states == ["red_requested"] * 2 + ["red_confirmed"] * 3 + ["red_issued"]
    assert _now(invoice).red_number == f"27{invoice.pk:018d}"


def test_an_unconfirmed_red_invoice_leaves_the_invoice(till: Till, platform: Platform) -> None:
    invoice = _issued(till)
    actions.request_red(actor=till.bookkeeper, at=till.at, invoice_id=invoice.pk, reason="重复开具")
    platform.says = [Refused("对方未确认")]
    _tick(till)
    assert (_now(invoice).state, _now(invoice).error) == (InvoiceState.ISSUED, "对方未确认")
    with pytest.raises(NothingToInvoice):
        _asked(till, invoice.payment)


def test_a_bounce_asks_finance_for_a_red_invoice(till: Till, platform: Platform) -> None:
    invoice = _issued(till)
    assert till.bookkeeper.user_id
    for _twice in range(2):
        billing.bounce_payment(
            actor=till.bookkeeper, at=till.at, payment_id=invoice.payment_id, on=day_of(till.at), reason="退票"
        )
        deliver_pending(at=till.at)
    assert _now(invoice).red_wanted
    assert Message.objects.filter(kind="invoice_red_wanted", recipient_id=till.bookkeeper.user_id).count() == 1


def test_a_reversed_charge_asks_finance_too(till: Till, platform: Platform) -> None:
    invoice = _issued(till)
    charge_id = invoice.lines.get().charge_id
    billing.reverse_charge(actor=till.bookkeeper, at=till.at, charge_id=charge_id, reason="面积算错")
    deliver_pending(at=till.at)
    assert _now(invoice).red_wanted


def test_what_was_not_handed_in_is_dropped_when_the_money_bounces(till: Till, platform: Platform) -> None:
    _set_up(till, "stub")
    invoice = _asked(till, _paid(till))
    billing.bounce_payment(
        actor=till.bookkeeper, at=till.at, payment_id=invoice.payment_id, on=day_of(till.at), reason="退票"
    )
    deliver_pending(at=till.at)
    _tick(till)
    assert (_now(invoice).state, platform.heard) == (InvoiceState.FAILED, [])


def test_on_its_way_while_the_money_bounces_it_is_reddened_later(till: Till, platform: Platform) -> None:
    _set_up(till, "stub")
    invoice = _asked(till, _paid(till))
    assert till.bookkeeper.user_id
    platform.says = [Pending()]
    _tick(till)
    actions.want_red(actor=till.cast.system, at=till.at, reason="退票", payment_id=invoice.payment_id)
    assert not Message.objects.filter(kind="invoice_red_wanted").exists()
    _tick(till)
    assert Message.objects.filter(kind="invoice_red_wanted").exists()


def test_the_database_keeps_invoices(till: Till, platform: Platform) -> None:
    invoice = _issued(till)
    line = invoice.lines.get()
    rows, lines = Invoice.objects.filter(pk=invoice.pk), InvoiceLine.objects.filter(pk=line.pk)
    second = {name: getattr(line, name) for name in ("charge_id", "name", "amount", "tax_rate", "tax_amount")}
    wrongs: list[Callable[[], object]] = [
        lambda: rows.update(amount=1),
        lambda: rows.update(number="1" * 20),
        lambda: rows.update(buyer_title="别人"),
        lambda: rows.update(state="requested"),
        lambda: rows.update(state="red_issued", red_number="2" * 20),
        rows.delete,
        lines.delete,
        lambda: lines.update(amount=1),
        lambda: InvoiceMove.objects.all().delete(),
        lambda: _over_invoiced(invoice, second),
    ]
    for wrong in wrongs:
        with pytest.raises(DatabaseError), transaction.atomic():
            wrong()
    assert _now(invoice).state == InvoiceState.ISSUED


def _over_invoiced(invoice: Invoice, line: dict[str, Any]) -> None:
    """A second invoice of the same money, made without the action."""
    copy = Invoice(
        site_id=invoice.site_id, serial="FP-X", account_id=invoice.account_id, payment_id=invoice.payment_id,
        kind="normal", buyer_title="别人", amount=invoice.amount, tax_amount=invoice.tax_amount,
        requested_at=invoice.requested_at, gateway="stub",
    )  # fmt: skip
    copy.save()
    InvoiceLine.objects.bulk_create([InvoiceLine(invoice=copy, **line)])


@pytest.mark.django_db(transaction=True)
def test_two_requests_at_once_and_one_payment(noon: Any) -> None:
    till = Till.open(Cast.assemble(), noon)
    _set_up(till)
    payment = _paid(till)
    start = Barrier(2)

    def asks(title: str) -> str:
        try:
            start.wait()
            _asked(till, payment, buyer_title=title)
        except NothingToInvoice:
            return "nothing left"
        finally:
            connection.close()
        return "requested"

    with ThreadPoolExecutor(2) as both:
        assert sorted(both.map(asks, ["张三", "李四"])) == ["nothing left", "requested"]
    assert Invoice.objects.get().amount == payment.amount


def test_the_legal_moves_lead_somewhere() -> None:
    reached = set().union(*INVOICE_MOVES.values())
    assert reached | {InvoiceState.REQUESTED} == set(InvoiceState) == set(INVOICE_MOVES)


@pytest.mark.parametrize(
    ("number", "is_one"),
    [
        ("91350100M000100Y43", True),  # the example of GB 32100
        ("91350100M000100Y44", False),
        ("11010519491231002X", True),  # the example of GB 11643
        ("110105194912310021", False),
        ("310104123456789", True),
        ("12345", False),
        ("9135010OM000100Y43", False),  # the letter O
        ("１１０１０５１９４９１２３１００２X", False),
    ],
)
def test_tax_numbers(number: str, is_one: bool) -> None:
    assert is_tax_number(number) == is_one


def test_tax_by_rate_and_in_parts() -> None:
    rates = tax_by_rate(
        [(YUAN("0.06"), YUAN(106), YUAN(6)), (YUAN(0), YUAN(10), YUAN(0)), (YUAN("0.06"), YUAN(53), YUAN(3))]
    )
    assert [(each.rate, each.net, each.tax) for each in rates] == [
        (YUAN("0.06"), YUAN(150), YUAN(9)),
        (YUAN(0), YUAN(10), YUAN(0)),
    ]
    whole, before, parts = YUAN("100.00"), YUAN(0), []
    for part in (YUAN("33.33"), YUAN("33.33"), YUAN("33.34")):
        parts.append(tax_of_part(part, before=before, rate=YUAN("0.06")))
        before += part
    assert sum(parts) == tax_of_part(whole, before=YUAN(0), rate=YUAN("0.06")) == YUAN("5.66")


def test_the_platform_is_asked_ever_less_often() -> None:
    waits = [ask_again_after(attempts).total_seconds() for attempts in (0, 1, 5, 9, 30_000)]
    assert waits == [10, 20, 320, 3600, 3600]
