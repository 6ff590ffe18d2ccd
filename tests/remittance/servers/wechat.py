"""WeChat Pay as far as a merchant meets it: API v3 with WeChat's public key.

It refuses what the merchant did not sign, signs its answers and callbacks, and seals the callbacks with AES-GCM.
"""

import gzip
import json
import re
import time
from base64 import b64decode, b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from hashlib import sha1
from secrets import token_hex
from typing import Any
from urllib.parse import parse_qs, urlsplit

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256

from tests.remittance.servers.http import Reply, Request, serving
from tests.remittance.servers.keys import key, private, public
from zhongshu.kernel.clock import local
from zhongshu.remittance.gateways.base import Callback

MERCHANT, APP, SERIAL = "1900000109", "wxd678efh567hg6787", "444F4864EA9B34415D1A2B3C4D5E6F7081920A3B"
API_KEY, KEY_ID = "0123456789abcdef0123456789abcdef", "PUB_KEY_ID_0119000001092026110400382"
_AUTHORIZATION = re.compile(
    r'WECHATPAY2-SHA256-RSA2048 mchid="(\w+)",nonce_str="(\w+)",signature="([^"]+)",timestamp="(\d+)",serial_no="(\w+)"'
)
_HEADING = (
    "交易时间,公众账号ID,商户号,特约商户号,设备号,微信订单号,商户订单号,用户标识,交易类型,交易状态,付款银行,货币种类,"
    "应结订单金额,代金券金额,微信退款单号,商户退款单号,退款金额,充值券退款金额,退款类型,退款状态,商品名称,商户数据包,"
    "手续费,费率,订单金额,申请退款金额,费率备注"
)
_SUMS = "总交易单数,应结订单总金额,退款总金额,充值券退款总金额,手续费总金额,订单总金额,申请退款总金额"


@dataclass
class WechatPay:
    """`is_down`: it answers 500. `loses`: what it does is done, but the answer is lost. `extra`: lines of the bill."""

    port: int = 0
    trades: dict[str, dict[str, Any]] = field(default_factory=dict)
    refunds: dict[str, dict[str, Any]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    is_down: bool = False
    loses: bool = False
    refund_status: str = "PROCESSING"
    extra: list[dict[str, str]] = field(default_factory=list)
    signer: str = "wechat"

    @property
    def endpoint(self) -> str:
        return f"http://localhost:{self.port}"

    @property
    def settings(self) -> dict[str, str]:
        """What the merchant fills in."""
        return {
            "merchant": MERCHANT,
            "app": APP,
            "serial": SERIAL,
            "private_key": private("wechat merchant"),
            "api_key": API_KEY,
            "public_key_id": KEY_ID,
            "public_key": public("wechat"),
            "endpoint": self.endpoint,
        }

    # What happens at WeChat

    def pays(self, number: str, at: datetime, *, fen: int | None = None) -> Callback:
        """Somebody pays; the callback that WeChat sends of it."""
        trade = self.trades[number]
        trade.setdefault("transaction_id", f"42000{len(self.trades):05d}{token_hex(8)}")
        trade |= {"trade_state": "SUCCESS", "success_time": local(at).isoformat(timespec="seconds")}
        if fen is not None:
            trade["amount"] = {"total": fen, "payer_total": fen, "currency": "CNY"}
        return self.tells(number, at)

    def tells(self, number: str, at: datetime, **changed: Any) -> Callback:
        return self.callback("TRANSACTION.SUCCESS", self._shown(number) | changed, at)

    def gives_back(self, refund_number: str, at: datetime, status: str = "SUCCESS") -> Callback:
        refund = self.refunds[refund_number]
        refund |= {"status": status, "success_time": local(at).isoformat(timespec="seconds")}
        return self.tells_of_refund(refund, at)

    def tells_of_refund(self, refund: dict[str, Any], at: datetime) -> Callback:
        said = {name: value for name, value in refund.items() if name != "status"}
        said |= {"mchid": MERCHANT, "refund_status": refund["status"]}
        return self.callback(f"REFUND.{refund['status']}", said, at)

    def callback(self, event: str, resource: dict[str, Any], at: datetime) -> Callback:
        """Sealed with the merchant's key, signed with WeChat's."""
        nonce, name = token_hex(6), event.split(".", maxsplit=1)[0].lower()
        sealed = AESGCM(API_KEY.encode()).encrypt(nonce.encode(), json.dumps(resource).encode(), name.encode())
        said = {
            "id": token_hex(16),
            "create_time": local(at).isoformat(timespec="seconds"),
            "resource_type": "encrypt-resource",
            "event_type": event,
            "summary": "支付成功",
            "resource": {
                "algorithm": "AEAD_AES_256_GCM",
                "original_type": name,
                "ciphertext": b64encode(sealed).decode(),
                "nonce": nonce,
                "associated_data": name,
            },
        }
        body = json.dumps(said, ensure_ascii=False).encode()
        headers = {name.lower(): value for name, value in self._signed(body, int(at.timestamp())).items()}
        return Callback(headers, body)

    # What the merchant asks

    def answer(self, request: Request) -> Reply:
        address = urlsplit(request.path)
        self.asked.append(f"{request.method} {address.path}")
        if self.is_down:
            return self._said(500, {"code": "SYSTEM_ERROR", "message": "系统异常"})
        if not self._is_signed(request):
            return self._said(401, {"code": "SIGN_ERROR", "message": "签名错误"})
        query = {name: values[0] for name, values in parse_qs(address.query).items()}
        said = json.loads(request.body) if request.body else {}
        reply = self._route(request.method, address.path, said, query)
        return self._said(502, {"code": "BAD_GATEWAY"}) if self.loses else reply

    def _route(self, method: str, path: str, said: dict[str, Any], query: dict[str, str]) -> Reply:  # noqa: PLR0911
        if path in ("/v3/pay/transactions/native", "/v3/pay/transactions/h5"):
            return self._created(said, path.rsplit("/", 1)[1])
        if path.startswith("/v3/pay/transactions/out-trade-no/"):
            number = path.split("/")[5]
            if number not in self.trades:
                return self._said(404, {"code": "ORDER_NOT_EXIST", "message": "订单不存在"})
            return self._closed(number) if path.endswith("/close") else self._said(200, self._shown(number))
        if path == "/v3/refund/domestic/refunds":
            return self._refunded(said)
        if path.startswith("/v3/refund/domestic/refunds/"):
            refund = self.refunds.get(path.rsplit("/", 1)[1])
            return self._said(200, refund) if refund else self._said(404, {"code": "RESOURCE_NOT_EXISTS"})
        if path == "/v3/bill/tradebill":
            return self._bill(query)
        if path == "/v3/billdownload/file":
            return 200, {"Content-Type": "application/octet-stream"}, gzip.compress(self.bill_of(query["token"]))
        return self._said(404, {"code": "NOT_FOUND"})

    def _created(self, said: dict[str, Any], kind: str) -> Reply:
        assert said["mchid"] == MERCHANT
        assert said["appid"] == APP
        assert said["notify_url"].startswith("http")
        assert isinstance(said["amount"]["total"], int)
        number = said["out_trade_no"]
        self.trades.setdefault(number, {"amount": said["amount"], "trade_state": "NOTPAY", "said": said})
        if kind == "native":
            return self._said(200, {"code_url": f"weixin://wxpay/bizpayurl?pr={number}"})
        assert said["scene_info"]["payer_client_ip"]
        return self._said(200, {"h5_url": f"https://wx.tenpay.com/cgi-bin/mmpayweb-bin/checkmweb?prepay_id={number}"})

    def _closed(self, number: str) -> Reply:
        trade = self.trades[number]
        if trade["trade_state"] == "SUCCESS":
            return self._said(400, {"code": "ORDERPAID", "message": "订单已支付"})
        trade["trade_state"] = "CLOSED"
        return 204, self._signed(b"", int(time.time())), b""

    def _refunded(self, said: dict[str, Any]) -> Reply:
        trade = self.trades[said["out_trade_no"]]
        if trade["trade_state"] not in ("SUCCESS", "REFUND"):
            return self._said(400, {"code": "INVALID_REQUEST", "message": "订单未支付"})
        trade["trade_state"] = "REFUND"
        number = said["out_refund_no"]
        refund = self.refunds.setdefault(
            number,
            {
                "refund_id": f"50000{len(self.refunds):05d}{token_hex(4)}",
                "out_refund_no": number,
                "transaction_id": trade["transaction_id"],
                "out_trade_no": said["out_trade_no"],
                "status": self.refund_status,
                "amount": said["amount"],
            },
        )
        return self._said(200, refund)

    def _bill(self, query: dict[str, str]) -> Reply:
        day = query["bill_date"]
        content = self.bill_of(day)
        if content.count(b"\n") == 3:
            return self._said(400, {"code": "NO_STATEMENT_EXIST", "message": "账单不存在"})
        url = f"{self.endpoint}/v3/billdownload/file?token={day}"
        said = {"hash_type": "SHA1", "hash_value": sha1(content).hexdigest(), "download_url": url}
        return self._said(200, said)

    def bill_of(self, day: str) -> bytes:
        """All that was paid and given back that day, as WeChat writes it."""
        lines = [
            self._line(number, trade, "SUCCESS")
            for number, trade in self.trades.items()
            if trade.get("success_time", "").startswith(day)
        ]
        lines += [
            self._line(refund["out_trade_no"], self.trades[refund["out_trade_no"]], "REFUND")
            | {
                "商户退款单号": refund["out_refund_no"],
                "申请退款金额": _yuan(refund["amount"]["refund"]),
                "交易时间": _when(refund["success_time"]),
            }
            for refund in self.refunds.values()
            if refund.get("success_time", "").startswith(day)
        ]
        names = _HEADING.split(",")
        rows = [",".join("`" + line.get(name, "0") for name in names) for line in lines + self.extra]
        return "\n".join([f"\ufeff{_HEADING}", *rows, _SUMS, "`1,`0.00,`0.00,`0,`0,`0,`0", ""]).encode()

    def _line(self, number: str, trade: dict[str, Any], status: str) -> dict[str, str]:
        total = _yuan(trade["amount"]["total"])
        return {
            "交易时间": _when(trade["success_time"]),
            "公众账号ID": APP,
            "商户号": MERCHANT,
            "微信订单号": trade["transaction_id"],
            "商户订单号": number,
            "交易状态": status,
            "应结订单金额": total,
            "订单金额": total,
            "手续费": "0.01",
        }

    def _shown(self, number: str) -> dict[str, Any]:
        trade = {name: value for name, value in self.trades[number].items() if name != "said"}
        return {"appid": APP, "mchid": MERCHANT, "out_trade_no": number} | trade

    # Signatures

    def _is_signed(self, request: Request) -> bool:
        found = _AUTHORIZATION.fullmatch(request.headers.get("authorization", ""))
        if found is None:
            return False
        merchant, nonce, signature, stamp, serial = found.groups()
        if (merchant, serial) != (MERCHANT, SERIAL) or abs(time.time() - int(stamp)) > 300:
            return False
        text = f"{request.method}\n{request.path}\n{stamp}\n{nonce}\n{request.body.decode()}\n"
        try:
            key("wechat merchant").public_key().verify(b64decode(signature), text.encode(), PKCS1v15(), SHA256())
        except InvalidSignature:
            return False
        return True

    def _said(self, status: int, said: Any) -> Reply:
        body = json.dumps(said, ensure_ascii=False).encode()
        headers = {"Content-Type": "application/json; charset=utf-8"} | self._signed(body, int(time.time()))
        return status, headers, body

    def _signed(self, body: bytes, stamp: int) -> dict[str, str]:
        nonce = token_hex(16)
        text = f"{stamp}\n{nonce}\n{body.decode()}\n"
        return {
            "Wechatpay-Nonce": nonce,
            "Wechatpay-Timestamp": str(stamp),
            "Wechatpay-Serial": KEY_ID,
            "Wechatpay-Signature-Type": "WECHATPAY2-SHA256-RSA2048",
            "Wechatpay-Signature": b64encode(key(self.signer).sign(text.encode(), PKCS1v15(), SHA256())).decode(),
        }


def _yuan(fen: int) -> str:
    return f"{Decimal(fen) / 100:.2f}"


def _when(text: str) -> str:
    return text[:19].replace("T", " ")


@contextmanager
def wechat_pay() -> Iterator[WechatPay]:
    server = WechatPay()
    with serving(server.answer) as server.port:
        yield server
