"""How a charge came about, in plain words: the same for the staff's page, the resident's page and the API."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from itertools import groupby
from typing import Any, Final

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from zhongshu.billing import formula
from zhongshu.billing.formula.names import CHINESE, UNITS, YUAN
from zhongshu.billing.kinds import SHARING_BASIS_LABELS, Method, SharingBasis
from zhongshu.billing.models import Charge
from zhongshu.billing.queries.charges import months_of
from zhongshu.kernel.money import rounded

Told = Mapping[str, Any]
_ONE: Final = Decimal(1)
_A_DAY: Final = timedelta(days=1)
_SQUARE: Final = " ㎡"
_AREA_UNITS: Final = {Method.AREA_GROSS: _SQUARE, Method.AREA_NET: _SQUARE}


@dataclass(frozen=True, slots=True)
class Fact:
    """One line: what is told, and the words, in the reader's language."""

    label: str
    text: str


def explained(charge: Charge) -> list[Fact]:
    """Line by line, from what the charge kept when it was made. No statements, if its item is loaded."""
    for name, words in _SHAPES.items():
        if name in charge.detail:
            return list(words(charge))
    if charge.run_id is None:
        return list(_single(charge))
    return list(_by_formula(charge) if charge.item.method == Method.FORMULA else _by_month(charge))


def _by_month(charge: Charge) -> Iterator[Fact]:
    for month in months_of(charge):
        yield Fact(month["month"], _of_days(month, _product(charge, month)))


def _product(charge: Charge, month: Told) -> str:
    """The whole month as it is reckoned; only its amount where the quantity has changed within the charge."""
    amount, price = Decimal(_whole(month)), Decimal(month["price"])
    factor, vacancy = (Decimal(month.get(name, 1)) for name in ("coefficient", "vacancy"))
    more = Decimal(month.get("surcharge", 0))
    if rounded((charge.quantity * price * factor + more) * vacancy) != amount:
        return _yuan(amount)
    unit = _AREA_UNITS.get(Method(charge.item.method), "")
    text = f"{_plain(charge.quantity)}{unit} × ¥{_plain(price)}"
    if factor != _ONE:
        text += " × " + _("系数 %(factor)s") % {"factor": _plain(factor)}
    if more:
        text += " + " + _("附加费 ¥%(amount)s") % {"amount": _plain(more)}
    if vacancy != _ONE:
        text = (f"({text})" if more else text) + " × " + _("空置按 %(factor)s") % {"factor": _plain(vacancy)}
    return f"{text} = {_yuan(amount)}"


def _of_days(month: Told, whole: str) -> str:
    """A broken month by its days; one that is charged whole all the same says nothing of days."""
    if _whole(month) == month["amount"]:
        return whole
    words = {"whole": whole, "of": month["of"], "days": month["days"], "amount": _yuan(month["amount"])}
    return _("%(whole)s；当月 %(of)s 天，计 %(days)s 天：%(amount)s") % words


def _by_formula(charge: Charge) -> Iterator[Fact]:
    """The formula and its inputs once for the months that share them."""
    months = [charge.detail | month for month in months_of(charge)]
    for (text, inputs), same in groupby(months, key=lambda month: (month["formula"], month["inputs"])):
        yield Fact(_("公式"), _formula(text))
        yield Fact(_("其中"), " · ".join(_input(*each) for each in inputs.items()))
        yield from (Fact(each["month"], _of_days(each, _yuan(_whole(each)))) for each in same)


def _formula(text: str) -> str:
    return formula.printed(formula.parse(text), in_chinese=_is_chinese())


def _input(name: str, value: str) -> str:
    shown = CHINESE[name] if _is_chinese() else name.replace("_", " ")
    return f"{shown} ¥{value}" if UNITS[name] == YUAN else f"{shown} {value} {UNITS[name]}".rstrip()


def _whole(month: Told) -> str:
    return str(month.get("full", month["amount"]))


def _by_meter(charge: Charge) -> Iterator[Fact]:
    readings = charge.detail["readings"]
    for each in readings:
        yield Fact(_("%(day)s 抄表 %(meter)s") % {"day": each["on"], "meter": each["meter"]}, _reading(each))
        yield from (Fact(_("阶梯用量"), _step(step, each.get("coefficient"))) for step in each.get("tiers") or ())
    if not any(each.get("tiers") for each in readings):
        yield Fact(_("用量 × 单价"), f"{_plain(charge.quantity)} × ¥{_plain(charge.unit_price)}")
    yield from _surcharge(charge.detail)


def _reading(each: Told) -> str:
    text = _("上次 %(before)s，本次 %(now)s，用量 %(usage)s") % {
        "before": each["from"],
        "now": each["to"],
        "usage": each["usage"],
    }
    if "multiplier" in each:
        text += _("（含倍率 %(multiplier)s）") % {"multiplier": each["multiplier"]}
    return text + (_("（表走到最大数后从零起）") if each.get("rolled_over") else "")


def _step(step: Told, factor: str | None) -> str:
    text, cost = f"{step['usage']} × ¥{step['price']}", Decimal(step["usage"]) * Decimal(step["price"])
    if factor:
        text, cost = text + " × " + _("系数 %(factor)s") % {"factor": factor}, cost * Decimal(factor)
    return f"{text} = ¥{_plain(cost)}"


def _surcharge(told: Told) -> Iterator[Fact]:
    if "surcharge" in told:
        yield Fact(_("附加费"), f"¥{told['surcharge']}")


def _shared(charge: Charge) -> Iterator[Fact]:
    """The whole cost, what it is shared by, and what of it falls to the one dwelling."""
    told = charge.detail["shared"]
    basis, whole = SharingBasis(told["basis"]), _yuan(told["amount"])
    cost = f"{told['quantity']} × ¥{told['price']} = {whole}" if "quantity" in told and "price" in told else whole
    sums = {"sum": _weight(basis, told["of"]), "units": told["units"]}
    yield Fact(_("公共费用"), " · ".join(filter(None, (told["place"], told.get("note")))))
    yield Fact(_("费用总额"), cost)
    yield Fact(_("分摊方式"), str(SHARING_BASIS_LABELS[basis]))
    yield Fact(_("全部基数"), _("%(sum)s（%(units)s 户）") % sums)
    yield Fact(_("本户基数"), _weight(basis, told["weight"]))
    yield Fact(_("本户分摊"), f"{whole} × {told['weight']} ÷ {told['of']} → {_yuan(told['share'])}")
    if "days" in told:
        words = {"of": told["of_days"], "days": told["days"], "amount": _yuan(charge.amount)}
        yield Fact(_("按天"), _("共 %(of)s 天，计 %(days)s 天：%(amount)s") % words)
    yield Fact(_("尾差"), _("每户算到分，余下的几分给小数部分最大的几户，各户之和等于费用总额。"))


def _weight(basis: SharingBasis, weight: str) -> str:
    if basis == SharingBasis.AREA:
        return f"{weight}{_SQUARE}"
    return weight if basis == SharingBasis.HOUSEHOLD else _("系数 %(factor)s") % {"factor": weight}


def _rent(charge: Charge) -> Iterator[Fact]:
    yield Fact(_("合同"), f"{charge.detail['contract']} {charge.detail['title']}")
    for each in charge.detail["rent"]:
        days = _days(date.fromisoformat(each["from"]), date.fromisoformat(each["until"]))
        yield Fact(days, _("每月 %(amount)s") % {"amount": _yuan(each["monthly"])})


def _late_fee(charge: Charge) -> Iterator[Fact]:
    principal, rate = Decimal(charge.detail["principal"]), Decimal(charge.detail["rate"])
    days, permille = charge.quantity, f"{_plain(rate * 1000)}‰"
    yield Fact(_("本金"), _yuan(principal))
    yield Fact(_("每日费率"), permille)
    count = _("%(days)s 天") % {"days": _plain(days)}
    yield Fact(_("逾期"), f"{_days(charge.period_start, charge.period_end)} · {count}")
    if rounded(principal * rate * days) == charge.amount:
        yield Fact(_("计算"), f"{_yuan(principal)} × {permille} × {count} = {_yuan(charge.amount)}")
    else:
        yield Fact(_("计算"), _("按每天还没付的本金逐日累计，争议暂停的日子不计，总额不超过本金。"))


def _single(charge: Charge) -> Iterator[Fact]:
    """What was charged by hand, and what was said of it."""
    if charge.quantity != _ONE:
        product = f"{_plain(charge.quantity)} × ¥{_plain(charge.unit_price)} = {_yuan(charge.amount)}"
        yield Fact(_("数量 × 单价"), product)
    for name, label in _said_labels().items():
        if charge.detail.get(name):
            yield Fact(label, str(charge.detail[name]))


def _said_labels() -> dict[str, str]:
    return {
        "order": _("工单号"),
        "title": _("事项"),
        "deposit": _("押金单"),
        "card": _("一卡通"),
        "reference": _("付款凭证号"),
        "reason": _("原因"),
        "note": _("备注"),
    }


_SHAPES: Final[dict[str, Callable[[Charge], Iterable[Fact]]]] = {
    "principal": _late_fee,
    "shared": _shared,
    "readings": _by_meter,
    "rent": _rent,
}


def _days(start: date, until: date) -> str:
    last = until - _A_DAY
    return f"{start:%Y-%m-%d}" if last <= start else f"{start:%Y-%m-%d} – {last:%Y-%m-%d}"


def _yuan(amount: Decimal | str) -> str:
    return f"¥{Decimal(amount):,.2f}"


def _plain(value: Decimal) -> str:
    return f"{value.normalize():f}"


def _is_chinese() -> bool:
    return (get_language() or "zh").startswith("zh")
