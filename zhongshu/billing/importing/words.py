"""What people call ways of paying and charge items in old books. Pure: words in, ours out; raises BadCell."""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from functools import cache
from typing import Final, TypeVar

from zhongshu.billing.kinds import BY_ITSELF, PaymentMethod
from zhongshu.estate.workbooks.cells import BadCell

T = TypeVar("T")

#: The first that is found in what was written: 微信转账 is WeChat Pay, 银行转账 a transfer, 银行卡 a card.
_METHODS: Final = (
    (re.compile(r"支付宝|花呗|alipay|zfb"), PaymentMethod.ALIPAY),
    (re.compile(r"微信|财付通|小程序|公众号|wechat|weixin|wx"), PaymentMethod.WECHAT),
    (re.compile(r"代扣|代收|托收|划扣|扣款|direct_?debit"), PaymentMethod.DIRECT_DEBIT),
    (re.compile(r"转[账帐]|汇款|网银|电汇|对公|支票|公户|transfer|bank"), PaymentMethod.TRANSFER),
    (re.compile(r"刷卡|pos|银行卡|银联|信用卡|借记卡|储蓄卡|云闪付"), PaymentMethod.POS),
    (re.compile(r"一卡通|预存|余额|card"), PaymentMethod.CARD),
    (re.compile(r"押金|保证金|deposit"), PaymentMethod.DEPOSIT),
    (re.compile(r"现金|现钞|现款|cash"), PaymentMethod.CASH),
    (re.compile(r"银行"), PaymentMethod.TRANSFER),
    (re.compile(r"其[他它]|扫码|聚合|二维码|数字人民币|线上|线下|other"), PaymentMethod.OTHER),
)
_PARTS: Final = re.compile(r"[+＋/、,，;；&和]")
MEND_METHOD: Final = "可填：现金、刷卡、转账、微信、支付宝、银行代扣、其他"

#: Names that mean the same, where a site has only one of them.
_ALIKE: Final = (
    ("物业费", "物业管理费", "物业服务费", "管理费", "物管费", "物业"),
    ("水费", "自来水费", "生活用水费", "用水费", "水"),
    ("电费", "用电费", "生活用电费", "电"),
    ("公摊水费", "公共水费", "水公摊", "水费公摊"),
    ("公摊电费", "公共电费", "电公摊", "电费公摊"),
    ("垃圾清运费", "垃圾费", "垃圾处理费", "生活垃圾费"),
    ("车位管理费", "车位费", "停车费", "停车管理费", "车位服务费"),
    ("装修押金", "装修保证金"),
)


def normal(text: str) -> str:
    """A name as it compares: half-width, small letters, no blanks and brackets."""
    return re.sub(r"[\s()\[\]【】“”\"'’`]", "", unicodedata.normalize("NFKC", text)).lower()


@cache
def method_of(text: str) -> PaymentMethod:
    """The way of paying. Raises BadCell for two of them, for none we know, and for money that was here already."""
    said = normal(text)
    several = {found for part in _PARTS.split(said) if (found := _method(part))}
    if len(several) > 1:
        raise BadCell(f"“{text[:20]}”是几种收款方式，请拆成几行，各填各的金额")
    method = _method(said)
    if method is None:
        raise BadCell(f"不认识收款方式“{text[:20]}”")
    if method in BY_ITSELF:
        raise BadCell(f"“{text[:20]}”不是新收到的钱，请填当初收钱的方式")
    return method


def _method(said: str) -> PaymentMethod | None:
    return next((method for words, method in _METHODS if words.search(said)), None)


def by_names(named: Iterable[tuple[str, str, T]]) -> Mapping[str, T]:
    """What each normal name stands for: (code, name, thing); codes before names, names before their likes."""
    rows = list(named)
    found = {normal(code): thing for code, _name, thing in rows}
    for _code, name, thing in rows:
        found.setdefault(normal(name), thing)
    for group in _ALIKE:
        there = [thing for _code, name, thing in rows if normal(name) in group]
        if len(there) == 1:
            for name in group:
                found.setdefault(name, there[0])
    return found
