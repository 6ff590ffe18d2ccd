"""Each gateway by its real SDK against a provider on this machine that checks and signs with keys of its own."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest

from tests.remittance.servers.alipay import Alipay, alipay
from tests.remittance.servers.wechat import WechatPay, wechat_pay
from zhongshu.kernel.clock import SITE_ZONE
from zhongshu.remittance.gateways.alipay import AlipayGateway
from zhongshu.remittance.gateways.base import (
    Callback,
    Forged,
    Gateway,
    GatewayDown,
    GatewayRefused,
    TradeState,
    Wanted,
)
from zhongshu.remittance.gateways.wechat import WechatGateway
from zhongshu.remittance.kinds import LineNature, PayKind, Provider
from zhongshu.remittance.policies.setup import SETTINGS

NOON = datetime(2026, 11, 4, 12, 0, tzinfo=SITE_ZONE)
DAY = date(2026, 11, 4)


@pytest.fixture
def wechat() -> Iterator[WechatPay]:
    with wechat_pay() as server:
        yield server


@pytest.fixture
def ali() -> Iterator[Alipay]:
    with alipay() as server:
        yield server


def at_wechat(server: WechatPay) -> Gateway:
    return WechatGateway(*parted(Provider.WECHAT, server.settings))


def at_alipay(server: Alipay) -> Gateway:
    return AlipayGateway(*parted(Provider.ALIPAY, server.settings))


def parted(provider: Provider, said: dict[str, str]) -> tuple[dict[str, str], dict[str, str]]:
    secret = {each.name for each in SETTINGS[provider] if each.is_secret}
    return {n: v for n, v in said.items() if n not in secret}, {n: v for n, v in said.items() if n in secret}


def wanted(number: str, kind: PayKind, amount: str = "209.78") -> Wanted:
    return Wanted(
        number=number,
        kind=kind,
        amount=Decimal(amount),
        subject="物业费 一期1栋1单元101",
        expires_at=NOON + timedelta(minutes=15),
        notify_url="https://zs.example.cn/remittance/notices/wechat/abc",
        back_url="https://zs.example.cn/remittance/u/t?a=1&b=2",
        payer_ip="203.0.113.9",
    )


def test_wechat_from_order_to_refund(wechat: WechatPay) -> None:
    gateway = at_wechat(wechat)
    assert gateway.create(wanted("A1", PayKind.NATIVE)) == "weixin://wxpay/bizpayurl?pr=A1"
    said = wechat.trades["A1"]["said"]
    assert (said["amount"]["total"], said["time_expire"]) == (20978, "2026-11-04T12:15:00+08:00")
    assert gateway.create(wanted("A2", PayKind.H5)).endswith("u%2Ft%3Fa%3D1%26b%3D2")
    assert gateway.query("A1").state is TradeState.UNPAID
    assert gateway.query("nobody").state is TradeState.ABSENT

    heard = gateway.hear(wechat.pays("A1", NOON), at=NOON)

    assert heard.trade == gateway.query("A1")
    assert heard.trade is not None
    assert (heard.trade.state, heard.trade.amount, heard.trade.paid_at) == (TradeState.PAID, Decimal("209.78"), NOON)
    with pytest.raises(GatewayRefused, match="ORDERPAID"):
        gateway.close("A1")
    sums = {"amount": Decimal("209.78"), "total": Decimal("209.78")}
    back = gateway.refund(number="A1", refund_number="R1", reason="重复缴费", **sums)
    assert (back.is_done, back.amount) == (None, Decimal("209.78"))
    heard = gateway.hear(wechat.gives_back("R1", NOON), at=NOON)
    assert heard.refund is not None
    assert (heard.refund.is_done, heard.refund.order_number) == (True, "A1")
    assert gateway.query_refund(number="A1", refund_number="R1") == heard.refund


def test_wechat_closes_what_nobody_paid_and_what_it_never_heard_of(wechat: WechatPay) -> None:
    gateway = at_wechat(wechat)
    gateway.create(wanted("A1", PayKind.NATIVE))
    gateway.close("A1")
    gateway.close("nobody")
    assert gateway.query("A1").state is TradeState.CLOSED


def test_the_bill_of_a_day_at_wechat(wechat: WechatPay) -> None:
    gateway = at_wechat(wechat)
    assert gateway.bill(DAY) is None
    gateway.create(wanted("A1", PayKind.NATIVE))
    wechat.pays("A1", NOON)
    gateway.refund(number="A1", refund_number="R1", amount=Decimal("9.78"), total=Decimal("209.78"), reason="x")
    wechat.gives_back("R1", NOON)

    paid, back = gateway.bill(DAY) or []

    assert (paid.nature, paid.number, paid.amount, paid.fee) == (
        LineNature.PAYMENT,
        "A1",
        Decimal("209.78"),
        Decimal("0.01"),
    )
    assert (back.nature, back.refund_number, back.amount) == (LineNature.REFUND, "R1", Decimal("9.78"))


def test_what_wechat_did_not_sign_is_not_believed(wechat: WechatPay) -> None:
    gateway = at_wechat(wechat)
    gateway.create(wanted("A1", PayKind.NATIVE))
    good = wechat.pays("A1", NOON)
    wechat.signer = "somebody else"
    bad = [
        wechat.tells("A1", NOON),
        Callback(good.headers, good.body.replace(b"encrypt-resource", b"encrypt-resourze")),
        Callback(good.headers | {"wechatpay-serial": "5F"}, good.body),
        Callback(good.headers | {"wechatpay-signature": "*"}, good.body),
        Callback({}, b"\xff\x00"),
        Callback(good.headers | {"wechatpay-timestamp": "9" * 11}, good.body),
    ]
    for callback in bad:
        with pytest.raises(Forged):
            gateway.hear(callback, at=NOON)
    with pytest.raises(Forged, match="too old"):
        gateway.hear(good, at=NOON + timedelta(minutes=6))
    asked = len(wechat.asked)
    assert gateway.hear(good, at=NOON).trade is not None
    assert len(wechat.asked) == asked  # a strange serial makes us ask for nothing
    with pytest.raises(GatewayDown):
        gateway.query("A1")


def test_wechat_away_is_not_a_no(wechat: WechatPay) -> None:
    gateway = at_wechat(wechat)
    wechat.is_down = True
    with pytest.raises(GatewayDown):
        gateway.create(wanted("A1", PayKind.NATIVE))
    settings, secret = parted(Provider.WECHAT, wechat.settings)
    with pytest.raises(GatewayDown):
        WechatGateway(settings | {"endpoint": "http://localhost:1"}, secret).query("A1")


def test_a_key_that_is_not_the_merchants_is_refused_there(wechat: WechatPay) -> None:
    settings, secret = parted(Provider.WECHAT, wechat.settings)
    with pytest.raises(GatewayRefused, match="SIGN_ERROR"):
        WechatGateway(settings | {"serial": "5F" * 10}, secret).create(wanted("A1", PayKind.NATIVE))


def test_alipay_from_code_to_refund(ali: Alipay) -> None:
    gateway = at_alipay(ali)
    assert gateway.create(wanted("B1", PayKind.QR)).startswith("https://qr.alipay.com/")
    assert ali.trades["B1"]["said"]["time_expire"] == "2026-11-04 12:15:00"
    assert gateway.query("B1").state is TradeState.ABSENT
    gateway.close("B1")
    ali.scans("B1")
    assert gateway.query("B1").state is TradeState.UNPAID

    heard = gateway.hear(ali.pays("B1", NOON), at=NOON)

    assert heard.trade == gateway.query("B1")
    assert heard.trade is not None
    assert (heard.trade.state, heard.trade.amount, heard.trade.paid_at) == (TradeState.PAID, Decimal("209.78"), NOON)
    sums = {"amount": Decimal("209.78"), "total": Decimal("209.78")}
    assert gateway.refund(number="B1", refund_number="R1", reason="x", **sums).is_done is True
    assert gateway.refund(number="B1", refund_number="R1", reason="x", **sums).is_done is None
    assert gateway.query_refund(number="B1", refund_number="R1").is_done is True
    assert gateway.query_refund(number="B1", refund_number="R2").is_done is None
    assert gateway.query("B1").state is TradeState.PAID  # and given back since
    heard = gateway.hear(ali.tells("B1", NOON), at=NOON)
    assert heard.refund is not None
    assert heard.refund.number == "R1"


@pytest.mark.parametrize("kind", [PayKind.PAGE, PayKind.H5])
def test_a_browser_goes_to_alipay_with_what_we_signed(ali: Alipay, kind: PayKind) -> None:
    gateway = at_alipay(ali)
    url = gateway.create(wanted("B1", kind))
    assert ali.asked == []
    assert ali.comes_to(url) == "B1"
    gateway.close("B1")
    assert gateway.query("B1").state is TradeState.CLOSED


def test_the_bill_of_a_day_at_alipay(ali: Alipay) -> None:
    gateway = at_alipay(ali)
    assert gateway.bill(DAY) is None
    gateway.create(wanted("B1", PayKind.QR))
    ali.pays("B1", NOON)
    gateway.refund(number="B1", refund_number="R1", amount=Decimal("9.78"), total=Decimal("209.78"), reason="x")

    paid, back = gateway.bill(DAY) or []

    assert (paid.number, paid.amount, paid.fee) == ("B1", Decimal("209.78"), Decimal("0.02"))
    assert (back.nature, back.refund_number, back.amount) == (LineNature.REFUND, "R1", Decimal("9.78"))


def test_what_alipay_did_not_sign_is_not_believed(ali: Alipay) -> None:
    gateway = at_alipay(ali)
    gateway.create(wanted("B1", PayKind.QR))
    good = ali.pays("B1", NOON)
    others = ali.tells("B1", NOON, app_id="2021009999999999")
    ali.signer = "somebody else"
    bad = [
        others,
        ali.tells("B1", NOON),
        Callback({}, good.body.replace(b"209.78", b"209.79")),
        Callback({}, good.body.replace(b"RSA2", b"RSA")),
        Callback({}, b"sign=%ff%fe&a=b"),
        Callback({}, b""),
        Callback({}, b"\xff\xfe\x00"),
    ]
    for callback in bad:
        with pytest.raises(Forged):
            gateway.hear(callback, at=NOON)
    with pytest.raises(GatewayDown):
        gateway.query("B1")


def test_an_answer_of_alipay_changed_under_way_is_no_answer(ali: Alipay) -> None:
    gateway = at_alipay(ali)
    ali.changed_underway = True
    with pytest.raises(GatewayDown):
        gateway.create(wanted("B1", PayKind.QR))
    ali.changed_underway, ali.is_down = False, True
    with pytest.raises(GatewayDown):
        gateway.query("B1")
