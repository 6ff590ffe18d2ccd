"""Amounts as receipts write them: capitals that nobody can change by a stroke."""

from decimal import Decimal

import cn2an

from zhongshu.kernel.money import CENT


def in_capitals(amount: Decimal) -> str:
    """`Decimal("1001.05")` → 人民币壹仟零壹元零伍分. Yuan to the cent, not negative, below 10¹⁶; else ValueError.

    Whatever has no 分 ends in 整 (支付结算办法, annex 1), which the library says after 元 only.
    """  # matter
    if not 0 <= amount < 10**16 or amount != amount.quantize(CENT):
        raise ValueError("not an amount of money")
    words = str(cn2an.an2cn(f"{amount:.2f}", "rmb"))
    return f"人民币{words}整" if words.endswith("角") else f"人民币{words}"  # matter
