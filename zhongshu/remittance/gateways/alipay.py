"""Alipay's open platform with public keys (公钥模式), RSA2.

https://opendocs.alipay.com/open/270/105899. The SDK signs and verifies; its gateway is replaced by that of the
settings. A trade exists there only once somebody has scanned the code or come to the page.
"""

import zipfile
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from io import BytesIO
from typing import Any
from urllib.error import URLError
from urllib.parse import parse_qsl

import httpx
from alipay import AliPay
from alipay.exceptions import AliPayException, AliPayValidationError
from alipay.utils import AliPayConfig

from zhongshu.kernel.clock import SITE_ZONE, local
from zhongshu.kernel.money import CENT
from zhongshu.remittance.gateways.base import (
    LARGEST_BILL,
    TIMEOUT,
    Answer,
    BillLine,
    Callback,
    Forged,
    GatewayDown,
    GatewayRefused,
    Heard,
    Return,
    Trade,
    TradeState,
    Wanted,
)
from zhongshu.remittance.kinds import PayKind
from zhongshu.remittance.policies.bills import Unreadable, alipay_lines

LONGEST_SUBJECT = 250
_TIME = "%Y-%m-%d %H:%M:%S"
_ABSENT = "ACQ.TRADE_NOT_EXIST"
_BUSY = frozenset({"ACQ.SYSTEM_ERROR", "SYSTEM_ERROR", "aop.ACQ.SYSTEM_ERROR", "isp.unknow-error"})
_PAID = frozenset({"TRADE_SUCCESS", "TRADE_FINISHED"})
_MARK = "支付宝交易号".encode("gbk")  # matter: only the details have this column
_BILL = "alipay.data.dataservice.bill.downloadurl.query"


class AlipayGateway:
    """`settings` and `secret` are those of `policies.setup`."""

    def __init__(self, settings: dict[str, str], secret: dict[str, str]) -> None:
        self._app, self._merchant, self._endpoint = settings["app"], settings["merchant"], settings["endpoint"]
        self._client = AliPay(
            appid=self._app,
            app_private_key_string=secret["private_key"],
            alipay_public_key_string=settings["public_key"],
            sign_type="RSA2",
            config=AliPayConfig(timeout=TIMEOUT[1]),
        )
        self._client._gateway = self._endpoint

    def create(self, wanted: Wanted) -> str:
        said = {
            "subject": wanted.subject[:LONGEST_SUBJECT],
            "out_trade_no": wanted.number,
            "total_amount": str(wanted.amount),
            "notify_url": wanted.notify_url,
            "time_expire": local(wanted.expires_at).strftime(_TIME),
        }
        if wanted.kind is PayKind.QR:
            return str(_asked(self._client.api_alipay_trade_precreate, **said)["qr_code"])
        pages = {
            PayKind.PAGE: self._client.api_alipay_trade_page_pay,
            PayKind.H5: self._client.api_alipay_trade_wap_pay,
        }
        return f"{self._endpoint}?{pages[wanted.kind](**said, return_url=wanted.back_url or None)}"

    def query(self, number: str) -> Trade:
        try:
            return _trade(_asked(self._client.api_alipay_trade_query, out_trade_no=number), "send_pay_date")
        except GatewayRefused as refusal:
            if refusal.code == _ABSENT:
                return Trade(number=number, state=TradeState.ABSENT)
            raise

    def close(self, number: str) -> None:
        try:
            _asked(self._client.api_alipay_trade_close, out_trade_no=number)
        except GatewayRefused as refusal:
            if refusal.code != _ABSENT:
                raise

    def refund(self, *, number: str, refund_number: str, amount: Decimal, total: Decimal, reason: str) -> Return:
        said = {"out_request_no": refund_number, "refund_reason": reason[:200]}
        answer = _asked(self._client.api_alipay_trade_refund, refund_amount=str(amount), out_trade_no=number, **said)
        done = True if answer.get("fund_change") == "Y" else None
        return Return(
            number=refund_number,
            order_number=number,
            is_done=done,
            provider_id=str(answer.get("trade_no", "")),
            amount=amount,
            said=f"fund_change {answer.get('fund_change', '')}",
        )

    def query_refund(self, *, number: str, refund_number: str) -> Return:
        asked = self._client.api_alipay_trade_fastpay_refund_query
        answer = _asked(asked, out_request_no=refund_number, out_trade_no=number)
        status = str(answer.get("refund_status", ""))
        return Return(
            number=refund_number,
            order_number=number,
            is_done=True if status == "REFUND_SUCCESS" else None,
            provider_id=str(answer.get("trade_no", "")),
            amount=_money(answer.get("refund_amount", "0")),
            said=status,
        )

    def bill(self, day: date) -> list[BillLine] | None:
        said = {"bill_type": "trade", "bill_date": day.isoformat()}
        try:
            answer = _asked(self._client.server_api, api_name=_BILL, biz_content=said)
        except GatewayRefused as refusal:
            if "bill_not_exist" in refusal.code.lower():
                return None
            raise
        try:
            return [BillLine(**line) for line in alipay_lines(_detail(_fetched(str(answer["bill_download_url"]))))]
        except Unreadable as fault:
            raise GatewayDown(str(fault)) from fault

    def hear(self, callback: Callback, *, at: datetime) -> Heard:
        try:
            said = dict(parse_qsl(callback.body.decode(), keep_blank_values=True, strict_parsing=True))
            signature = said.pop("sign")
            is_theirs = self._client.verify(dict(said), signature)
        except Exception as error:  # whatever a stranger's bytes make the SDK trip over
            raise Forged(repr(error)[:200]) from error
        if not is_theirs:
            raise Forged("not signed by Alipay")
        if said.get("app_id") != self._app or said.get("seller_id", self._merchant) != self._merchant:
            raise Forged("for another merchant")
        return _heard(said)

    def thanks(self) -> Answer:
        return Answer(200, "text/plain", "success")

    def sorry(self, status: int) -> Answer:
        return Answer(status, "text/plain", "failure")


def _heard(said: dict[str, str]) -> Heard:
    """Alipay tells of a refund in a callback of the trade: `refund_fee` is the sum of all refunds so far."""
    if "trade_status" not in said:
        return Heard()
    trade = _trade(said, "gmt_payment")
    if "refund_fee" not in said:
        return Heard(trade=trade)
    refund = Return(
        number=said.get("out_biz_no", ""),
        order_number=trade.number,
        is_done=None,
        provider_id=trade.transaction_id,
        amount=_money(said["refund_fee"]),
        said="refund_fee",
    )
    return Heard(trade=trade, refund=refund)


def _trade(said: dict[str, Any], paid_at: str) -> Trade:
    """TRADE_CLOSED with an instant of payment was paid and given back whole."""
    status, paid = said["trade_status"], said.get(paid_at)
    state = TradeState.CLOSED if status == "TRADE_CLOSED" else TradeState.UNPAID
    return Trade(
        number=said["out_trade_no"],
        state=TradeState.PAID if status in _PAID or (paid and status == "TRADE_CLOSED") else state,
        transaction_id=said.get("trade_no", ""),
        amount=_money(said.get("total_amount", "0")),
        paid_at=datetime.strptime(paid, _TIME).replace(tzinfo=SITE_ZONE) if paid else None,
    )


def _money(text: Any) -> Decimal:
    return Decimal(str(text)).quantize(CENT)


def _asked(operation: Callable[..., Any], **said: Any) -> dict[str, Any]:
    """The answer. Raises GatewayDown, GatewayRefused."""
    try:
        answer = dict(operation(**said))
    except (OSError, URLError, ValueError, AliPayException, AliPayValidationError) as error:
        raise GatewayDown(repr(error)[:200]) from error
    if answer.get("code") == "10000":
        return answer
    code = str(answer.get("sub_code", answer.get("code", "")))
    if code in _BUSY or answer.get("code") == "20000":
        raise GatewayDown(code)
    raise GatewayRefused(code, str(answer.get("sub_msg", answer.get("msg", ""))))


def _fetched(url: str) -> bytes:
    """The packed bill, from the address that Alipay signed for. Raises GatewayDown."""
    try:
        with httpx.stream("GET", url, timeout=TIMEOUT[1], follow_redirects=True) as answer:
            answer.raise_for_status()
            content = b""
            for part in answer.iter_bytes():
                content += part
                if len(content) > LARGEST_BILL:
                    raise GatewayDown("the bill is too large")
            return content
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise GatewayDown(repr(error)[:200]) from error


def _detail(content: bytes) -> bytes:
    """The file of single trades among those packed together; the other has sums. Raises GatewayDown."""
    try:
        with zipfile.ZipFile(BytesIO(content)) as packed:
            for file in packed.infolist():
                if file.file_size > LARGEST_BILL:
                    raise GatewayDown("the bill is too large")
                read = packed.read(file)
                if _MARK in read:
                    return read
    except zipfile.BadZipFile as error:
        raise GatewayDown("the bill cannot be unpacked") from error
    raise GatewayDown("no detail among the bill's files")
