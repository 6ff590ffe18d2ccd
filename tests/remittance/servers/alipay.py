"""Alipay's open platform as far as a merchant meets it, with public keys and RSA2."""

import json
import zipfile
from base64 import b64decode, b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from io import BytesIO
from secrets import token_hex
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.hashes import SHA256

from tests.remittance.servers.http import Reply, Request, serving
from tests.remittance.servers.keys import key, private, public
from zhongshu.kernel.clock import local
from zhongshu.remittance.gateways.base import Callback

SELLER, APP = "2088102169481075", "2021001234567890"
_HEADING = (
    "支付宝交易号,商户订单号,业务类型,商品名称,创建时间,完成时间,门店编号,门店名称,操作员,终端号,对方账户,订单金额（元）,"
    "商家实收（元）,支付宝红包（元）,集分宝（元）,支付宝优惠（元）,商家优惠（元）,券核销金额（元）,券名称,"
    "商家红包消费金额（元）,卡消费金额（元）,退款批次号/请求号,服务费（元）,分润（元）,备注"
)
OK = {"code": "10000", "msg": "Success"}


def _refused(code: str) -> dict[str, str]:
    return {"code": "40004", "msg": "Business Failed", "sub_code": code, "sub_msg": "业务处理失败"}


@dataclass
class Alipay:
    """`is_down`: its system is at fault. `changed_underway`: somebody changes its answers after they were signed."""

    port: int = 0
    trades: dict[str, dict[str, Any]] = field(default_factory=dict)
    refunds: dict[str, dict[str, Any]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    is_down: bool = False
    changed_underway: bool = False
    refunds_at_once: bool = True
    extra: list[dict[str, str]] = field(default_factory=list)
    signer: str = "alipay"

    @property
    def endpoint(self) -> str:
        return f"http://localhost:{self.port}/gateway.do"

    @property
    def settings(self) -> dict[str, str]:
        return {
            "merchant": SELLER,
            "app": APP,
            "private_key": private("alipay merchant"),
            "public_key": public("alipay"),
            "endpoint": self.endpoint,
        }

    # What happens at Alipay

    def scans(self, number: str) -> None:
        """Somebody scans the code or comes to the page: only now is there a trade."""
        self.trades[number]["trade_status"] = "WAIT_BUYER_PAY"

    def comes_to(self, url: str) -> str:
        """A browser goes to the pay page; the number of the order."""
        said = self._checked(url.partition("?")[2])
        assert said["method"] in ("alipay.trade.page.pay", "alipay.trade.wap.pay")
        content = json.loads(said["biz_content"])
        self.trades[content["out_trade_no"]] = {"total_amount": content["total_amount"], "said": content}
        self.scans(content["out_trade_no"])
        return str(content["out_trade_no"])

    def pays(self, number: str, at: datetime, *, amount: str = "") -> Callback:
        trade = self.trades[number]
        trade.setdefault("trade_no", f"20261104220014{len(self.trades):06d}{token_hex(4)}")
        trade |= {"trade_status": "TRADE_SUCCESS", "paid_at": _when(at)}
        if amount:
            trade["total_amount"] = amount
        return self.tells(number, at)

    def tells(self, number: str, at: datetime, **changed: str) -> Callback:
        trade = self.trades[number]
        said = {
            "notify_time": _when(at),
            "notify_type": "trade_status_sync",
            "notify_id": token_hex(16),
            "charset": "utf-8",
            "version": "1.0",
            "app_id": APP,
            "seller_id": SELLER,
            "out_trade_no": number,
            "trade_no": trade["trade_no"],
            "trade_status": trade["trade_status"],
            "total_amount": trade["total_amount"],
            "gmt_payment": trade["paid_at"],
            "subject": "物业费",
            "passback_params": "",
        }
        given_back = [refund for refund in self.refunds.values() if refund["out_trade_no"] == number]
        if given_back:
            total = sum(Decimal(refund["refund_amount"]) for refund in given_back)
            said |= {"refund_fee": str(total), "gmt_refund": _when(at), "out_biz_no": given_back[-1]["number"]}
        return self.callback(said | changed)

    def callback(self, said: dict[str, str]) -> Callback:
        text = "&".join(f"{name}={value}" for name, value in sorted(said.items()))
        signed = said | {"sign": self._sign(text), "sign_type": "RSA2"}
        return Callback({"content-type": "application/x-www-form-urlencoded"}, urlencode(signed).encode())

    # What the merchant asks

    def answer(self, request: Request) -> Reply:
        address = urlsplit(request.path)
        if address.path == "/bill":
            return 200, {"Content-Type": "application/zip"}, self._packed(parse_qs(address.query)["day"][0])
        said = self._checked(address.query)
        self.asked.append(said["method"])
        content = json.loads(said["biz_content"])
        result = {"code": "20000", "msg": "Service Currently Unavailable"} if self.is_down else None
        return self._said(said["method"], result or self._route(said["method"], content))

    def _route(self, method: str, said: dict[str, Any]) -> dict[str, Any]:  # noqa: PLR0911
        match method:
            case "alipay.trade.precreate":
                self.trades[said["out_trade_no"]] = {"total_amount": said["total_amount"], "said": said}
                return OK | {"out_trade_no": said["out_trade_no"], "qr_code": f"https://qr.alipay.com/{token_hex(8)}"}
            case "alipay.trade.query":
                return self._shown(said["out_trade_no"])
            case "alipay.trade.close":
                return self._closed(said["out_trade_no"])
            case "alipay.trade.refund":
                return self._refunded(said)
            case "alipay.trade.fastpay.refund.query":
                refund = self.refunds.get(said["out_request_no"])
                done = {"refund_status": "REFUND_SUCCESS", "refund_amount": refund["refund_amount"]} if refund else {}
                return OK | {"out_trade_no": said["out_trade_no"]} | done
            case "alipay.data.dataservice.bill.downloadurl.query":
                if not self._lines(said["bill_date"]):
                    return _refused("isp.bill_not_exist")
                return OK | {"bill_download_url": f"http://localhost:{self.port}/bill?day={said['bill_date']}"}
        return _refused("isv.invalid-method")

    def _shown(self, number: str) -> dict[str, Any]:
        trade = self.trades.get(number, {})
        if "trade_status" not in trade:
            return _refused("ACQ.TRADE_NOT_EXIST")
        shown = {name: trade[name] for name in ("trade_no", "trade_status", "total_amount") if name in trade}
        paid = {"send_pay_date": trade["paid_at"]} if "paid_at" in trade else {}
        return OK | {"out_trade_no": number, "buyer_logon_id": "159****5620"} | shown | paid

    def _closed(self, number: str) -> dict[str, Any]:
        trade = self.trades.get(number, {})
        if "trade_status" not in trade:
            return _refused("ACQ.TRADE_NOT_EXIST")
        if trade["trade_status"] == "TRADE_SUCCESS":
            return _refused("ACQ.TRADE_STATUS_ERROR")
        trade["trade_status"] = "TRADE_CLOSED"
        return OK | {"out_trade_no": number}

    def _refunded(self, said: dict[str, Any]) -> dict[str, Any]:
        number = said["out_trade_no"]
        trade = self.trades[number]
        if trade.get("trade_status") != "TRADE_SUCCESS" and said["out_request_no"] not in self.refunds:
            return _refused("ACQ.TRADE_STATUS_ERROR")
        refund = said | {"number": said["out_request_no"], "at": trade["paid_at"]}
        is_new = self.refunds.setdefault(said["out_request_no"], refund) is refund
        trade["trade_status"] = "TRADE_CLOSED"
        change = "Y" if is_new and self.refunds_at_once else "N"
        return OK | {
            "trade_no": trade["trade_no"],
            "out_trade_no": number,
            "fund_change": change,
            "refund_fee": said["refund_amount"],
        }

    def _lines(self, day: str) -> list[dict[str, str]]:
        paid = [
            self._line(number, trade, "交易", trade["total_amount"])
            for number, trade in self.trades.items()
            if trade.get("paid_at", "").startswith(day)
        ]
        back = [
            self._line(
                refund["out_trade_no"], self.trades[refund["out_trade_no"]], "退款", "-" + refund["refund_amount"]
            )
            | {"退款批次号/请求号": refund["number"]}
            for refund in self.refunds.values()
            if refund["at"].startswith(day)
        ]
        return paid + back + self.extra

    def _line(self, number: str, trade: dict[str, Any], kind: str, amount: str) -> dict[str, str]:
        return {
            "支付宝交易号": trade["trade_no"] + "\t",
            "商户订单号": number + "\t",
            "业务类型": kind,
            "完成时间": trade["paid_at"],
            "订单金额（元）": amount,
            "服务费（元）": "-0.02",
        }

    def _packed(self, day: str) -> bytes:
        """Two files in GBK, sums and details, packed together."""
        rows = [",".join(line.get(name, "") for name in _HEADING.split(",")) for line in self._lines(day)]
        heading = ["#支付宝业务明细查询", f"#账号：[{SELLER}]", "#----业务明细列表----", _HEADING]
        detail = [*heading, *rows, "#----业务明细列表结束----"]
        buffer = BytesIO()
        with zipfile.ZipFile(buffer, "w") as packed:
            for name, text in (("汇总", "#支付宝业务汇总查询"), ("", "\r\n".join(detail))):
                label = f"{SELLER}_{day.replace('-', '')}_业务明细{f'({name})' if name else ''}.csv"
                packed.writestr(label, text.encode("gbk"))
        return buffer.getvalue()

    # Signatures

    def _checked(self, query: str) -> dict[str, str]:
        """What was asked, signed by the merchant."""
        said = {name: values[0] for name, values in parse_qs(query, strict_parsing=True).items()}
        text = "&".join(f"{name}={value}" for name, value in sorted(said.items()) if name != "sign")
        try:
            key("alipay merchant").public_key().verify(b64decode(said["sign"]), text.encode(), PKCS1v15(), SHA256())
        except InvalidSignature:
            raise AssertionError("not signed by the merchant") from None
        assert said["app_id"] == APP
        return said

    def _said(self, method: str, result: dict[str, Any]) -> Reply:
        text = json.dumps(result, ensure_ascii=False)
        signature = self._sign(text)
        if self.changed_underway:
            text = text.replace("10000", "10001")
        name = method.replace(".", "_") + "_response"
        body = f'{{"{name}":{text},"sign":"{signature}"}}'
        return 200, {"Content-Type": "text/html;charset=utf-8"}, body.encode()

    def _sign(self, text: str) -> str:
        return b64encode(key(self.signer).sign(text.encode(), PKCS1v15(), SHA256())).decode()


def _when(at: datetime) -> str:
    return local(at).strftime("%Y-%m-%d %H:%M:%S")


@contextmanager
def alipay() -> Iterator[Alipay]:
    server = Alipay()
    with serving(server.answer) as server.port:
        yield server
