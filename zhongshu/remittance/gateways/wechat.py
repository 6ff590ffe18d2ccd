"""WeChat Pay, API v3, as a direct merchant with WeChat's public key (微信支付公钥).

https://pay.weixin.qq.com/doc/v3/merchant/4012062524. The SDK signs, verifies and decrypts; it has one address built in,
which is replaced here, and asks for platform certificates when it meets an unknown serial, which a forged callback
could make it do as often as it likes: with the public key there is nothing to ask for.
"""

import gzip
import json
from collections.abc import Callable
from datetime import date, datetime, timedelta
from decimal import Decimal
from hashlib import sha1
from io import BytesIO
from typing import Any
from urllib.parse import quote

import requests
from django.utils.dateparse import parse_datetime
from wechatpayv3 import WeChatPay, WeChatPayType

from zhongshu.kernel.clock import local
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
from zhongshu.remittance.policies.bills import Unreadable, wechat_lines

FRESH = timedelta(minutes=5)
LONGEST_SUBJECT = 127
_TYPES = {PayKind.NATIVE: WeChatPayType.NATIVE, PayKind.H5: WeChatPayType.H5}
_STATES = {
    "SUCCESS": TradeState.PAID,
    "REFUND": TradeState.PAID,
    "NOTPAY": TradeState.UNPAID,
    "USERPAYING": TradeState.UNPAID,
    "PAYERROR": TradeState.UNPAID,
    "CLOSED": TradeState.CLOSED,
    "REVOKED": TradeState.CLOSED,
}
_DECIDED = {"SUCCESS": True, "CLOSED": False, "ABNORMAL": False, "PROCESSING": None}
_ABSENT = frozenset({"ORDER_NOT_EXIST", "ORDERNOTEXIST"})
_ALREADY_CLOSED = frozenset({"ORDER_CLOSED", "ORDERCLOSED"})


class WechatGateway:
    """`settings` and `secret` are those of `policies.setup`."""

    def __init__(self, settings: dict[str, str], secret: dict[str, str]) -> None:
        self._app, self._merchant = settings["app"], settings["merchant"]
        self._client = WeChatPay(
            wechatpay_type=WeChatPayType.NATIVE,
            mchid=self._merchant,
            private_key=secret["private_key"],
            cert_serial_no=settings["serial"],
            appid=self._app,
            apiv3_key=secret["api_key"],
            public_key=settings["public_key"],
            public_key_id=settings["public_key_id"],
            timeout=TIMEOUT,
        )
        self._client._core._gate_way = settings["endpoint"]
        self._client._core._update_certificates = lambda: None

    def create(self, wanted: Wanted) -> str:
        said: dict[str, Any] = {
            "description": wanted.subject[:LONGEST_SUBJECT],
            "out_trade_no": wanted.number,
            "amount": {"total": fen(wanted.amount), "currency": "CNY"},
            "time_expire": local(wanted.expires_at).isoformat(timespec="seconds"),
            "notify_url": wanted.notify_url,
            "pay_type": _TYPES[wanted.kind],
        }
        if wanted.kind is PayKind.H5:
            said["scene_info"] = {"payer_client_ip": wanted.payer_ip, "h5_info": {"type": "Wap"}}
        answer = _asked(self._client.pay, **said)
        if wanted.kind is PayKind.NATIVE:
            return str(answer["code_url"])
        back = f"&redirect_url={quote(wanted.back_url, safe='')}" if wanted.back_url else ""
        return f"{answer['h5_url']}{back}"

    def query(self, number: str) -> Trade:
        try:
            return self._trade(_asked(self._client.query, out_trade_no=number))
        except GatewayRefused as refusal:
            if refusal.code in _ABSENT:
                return Trade(number=number, state=TradeState.ABSENT)
            raise

    def close(self, number: str) -> None:
        try:
            _asked(self._client.close, out_trade_no=number)
        except GatewayRefused as refusal:
            if refusal.code not in _ABSENT | _ALREADY_CLOSED:
                raise

    def refund(self, *, number: str, refund_number: str, amount: Decimal, total: Decimal, reason: str) -> Return:
        sums = {"refund": fen(amount), "total": fen(total), "currency": "CNY"}
        said = {"out_refund_no": refund_number, "out_trade_no": number, "amount": sums, "reason": reason[:80]}
        return _returned(_asked(self._client.refund, **said))

    def query_refund(self, *, number: str, refund_number: str) -> Return:
        return _returned(_asked(self._client.query_refund, out_refund_no=refund_number))

    def bill(self, day: date) -> list[BillLine] | None:
        try:
            answer = _asked(self._client.trade_bill, bill_date=day.isoformat())
        except GatewayRefused as refusal:
            if refusal.code == "NO_STATEMENT_EXIST":
                return None
            raise
        content = _unpacked(_asked_for_file(self._client.download_bill, str(answer["download_url"])))
        if sha1(content).hexdigest() != str(answer["hash_value"]).lower():  # noqa: S324 - what WeChat sends along
            raise GatewayDown("the bill is not what was announced")
        try:
            return [BillLine(**line) for line in wechat_lines(content)]
        except Unreadable as fault:
            raise GatewayDown(str(fault)) from fault

    def hear(self, callback: Callback, *, at: datetime) -> Heard:
        self._check_age(callback, at)
        try:
            said = self._client.callback(_as_the_sdk_knows_them(callback), callback.body)
            resource = said["resource"]
            return self._heard(str(said["event_type"]), resource)
        except Forged:
            raise
        except Exception as error:  # whatever a stranger's bytes make the SDK trip over
            raise Forged(repr(error)[:200]) from error

    def thanks(self) -> Answer:
        return Answer(204, "application/json", "")

    def sorry(self, status: int) -> Answer:
        return Answer(status, "application/json", '{"code": "FAIL", "message": "not taken"}')

    def _check_age(self, callback: Callback, at: datetime) -> None:
        stamp = callback.headers.get("wechatpay-timestamp", "")
        if not (stamp.isascii() and stamp.isdecimal() and len(stamp) < 12):
            raise Forged("no timestamp")
        if abs(at.timestamp() - int(stamp)) > FRESH.total_seconds():
            raise Forged("too old")

    def _heard(self, event: str, said: dict[str, Any]) -> Heard:
        if said["mchid"] != self._merchant or said.get("appid", self._app) != self._app:
            raise Forged("for another merchant")
        if event.startswith("REFUND."):
            return Heard(refund=_returned(said, said["refund_status"]))
        return Heard(trade=self._trade(said))

    def _trade(self, said: dict[str, Any]) -> Trade:
        return Trade(
            number=said["out_trade_no"],
            state=_STATES[said["trade_state"]],
            transaction_id=said.get("transaction_id", ""),
            amount=yuan(said.get("amount", {}).get("total", 0)),
            paid_at=parse_datetime(said["success_time"]) if said.get("success_time") else None,
        )


def fen(amount: Decimal) -> int:
    """Yuan in the whole fen that WeChat counts in."""
    return int(amount * 100)


def yuan(count: int) -> Decimal:
    return Decimal(count).scaleb(-2)


def _returned(said: dict[str, Any], status: str = "") -> Return:
    status = status or said["status"]
    return Return(
        number=said["out_refund_no"],
        order_number=said["out_trade_no"],
        is_done=_DECIDED[status],
        provider_id=said["refund_id"],
        amount=yuan(said["amount"]["refund"]),
        said=status,
    )


def _as_the_sdk_knows_them(callback: Callback) -> dict[str, str]:
    return {name: value for name, value in callback.headers.items() if name.startswith("wechatpay-")}


def _asked(operation: Callable[..., tuple[int, Any]], **said: Any) -> dict[str, Any]:
    """The answer. Raises GatewayDown, GatewayRefused."""
    status, text = _called(operation, **said)
    try:
        answer = json.loads(text) if text else {}
    except ValueError as error:
        raise GatewayDown(f"{status}, not JSON") from error
    if 200 <= status < 300:
        return dict(answer)
    if status == 429 or status >= 500:
        raise GatewayDown(f"{status} {answer.get('code', '')}")
    raise GatewayRefused(str(answer.get("code", status)), str(answer.get("message", "")))


def _asked_for_file(operation: Callable[..., tuple[int, Any]], url: str) -> bytes:
    status, content = _called(operation, url=url)
    if status != 200:
        raise GatewayDown(f"bill: {status}")
    return content.encode() if isinstance(content, str) else bytes(content)


def _called(operation: Callable[..., tuple[int, Any]], **said: Any) -> tuple[int, Any]:
    try:
        return operation(**said)
    except requests.RequestException as error:
        raise GatewayDown(repr(error)[:200]) from error
    except Exception as error:  # the SDK raises bare Exceptions when it does not trust the answer
        raise GatewayDown(f"answer not trusted: {error}"[:200]) from error


def _unpacked(content: bytes) -> bytes:
    """The bill itself, which must not be endless. Raises GatewayDown."""
    try:
        with gzip.GzipFile(fileobj=BytesIO(content)) as packed:
            plain = packed.read(LARGEST_BILL + 1)
    except (OSError, EOFError) as error:
        raise GatewayDown("the bill cannot be unpacked") from error
    if len(plain) > LARGEST_BILL:
        raise GatewayDown("the bill is too large")
    return plain
