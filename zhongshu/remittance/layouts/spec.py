"""How one bank wants its file of direct debits, and sends it back: data that a company writes, checked here.

    {"name": "…", "shape": "fixed", "encoding": "gbk", "newline": "\\r\\n",
     "out":  {"header": [fields], "detail": [fields], "trailer": [fields]},
     "back": {"header": [fields], "detail": [fields], "trailer": [fields]},
     "paid": ["0000"], "failed": {"E101": "insufficient"}}

A field `holds` something (`Holds`) or is a constant `text`; `width` counts bytes in the encoding, not characters.
"""

import codecs
from collections.abc import Iterator, Mapping, Sequence
from enum import StrEnum
from typing import Any, Final, Literal, Self

from django.utils.translation import gettext as _
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from zhongshu.remittance.layouts.trouble import LayoutRefused, Trouble


class Holds(StrEnum):
    """What a field holds. Sums are yuan, counts are of details; `paid_*` and `failed_*` only come back."""

    BATCH = "batch"
    MERCHANT = "merchant"
    DAY = "day"
    COUNT = "count"
    TOTAL = "total"
    PAID_COUNT = "paid_count"
    PAID_TOTAL = "paid_total"
    FAILED_COUNT = "failed_count"
    FAILED_TOTAL = "failed_total"
    SEQUENCE = "sequence"
    REFERENCE = "reference"
    AGREEMENT = "agreement"
    ACCOUNT_NO = "account_no"
    HOLDER = "holder"
    BANK_CODE = "bank_code"
    AMOUNT = "amount"
    COLLECTED = "collected"
    REMARK = "remark"
    CODE = "code"
    MESSAGE = "message"


class Failure(StrEnum):
    """Why a bank did not collect, whatever its own code."""

    INSUFFICIENT = "insufficient"
    CLOSED = "closed"
    FROZEN = "frozen"
    WRONG_NUMBER = "wrong_number"
    WRONG_NAME = "wrong_name"
    NOT_AUTHORISED = "not_authorised"
    OVER_LIMIT = "over_limit"
    OTHER = "other"


SUMS: Final = frozenset({Holds.TOTAL, Holds.PAID_TOTAL, Holds.FAILED_TOTAL, Holds.AMOUNT, Holds.COLLECTED})
COUNTS: Final = frozenset({Holds.COUNT, Holds.PAID_COUNT, Holds.FAILED_COUNT, Holds.SEQUENCE})
_AROUND: Final = frozenset({Holds.BATCH, Holds.MERCHANT, Holds.DAY, Holds.COUNT, Holds.TOTAL})
_AROUND_BACK: Final = frozenset({Holds.PAID_COUNT, Holds.PAID_TOTAL, Holds.FAILED_COUNT, Holds.FAILED_TOTAL})
_DETAIL: Final = frozenset(
    {
        Holds.BATCH, Holds.MERCHANT, Holds.DAY, Holds.SEQUENCE, Holds.REFERENCE, Holds.AGREEMENT, Holds.ACCOUNT_NO,
        Holds.HOLDER, Holds.BANK_CODE, Holds.AMOUNT, Holds.REMARK,
    }
)  # fmt: skip
_DETAIL_BACK: Final = frozenset({Holds.COLLECTED, Holds.CODE, Holds.MESSAGE})
_KEYS: Final = frozenset({Holds.REFERENCE, Holds.SEQUENCE})
WIDEST: Final = 400
MOST_FIELDS: Final = 60


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class FieldSpec(_Strict):
    """One field. `form`: how a sum or a day is written; `cut`: a text too long for its width is cut, not refused."""

    holds: Holds | None = None
    text: str | None = Field(default=None, max_length=100)
    title: str = Field(default="", max_length=40)
    width: int | None = Field(default=None, ge=1, le=WIDEST)
    form: Literal["cents", "yuan", "yyyymmdd", "yyyy-mm-dd"] | None = None
    align: Literal["left", "right"] | None = None
    pad: Literal[" ", "0"] | None = None
    cut: bool = False

    @property
    def is_number(self) -> bool:
        return self.holds in SUMS | COUNTS

    @property
    def written_as(self) -> str:
        """The form, or the usual one of what is held."""
        return self.form or ("yuan" if self.holds in SUMS else "yyyymmdd" if self.holds == Holds.DAY else "")

    @property
    def label(self) -> str:
        """What the field is called in a fault."""
        return self.title or str(self.holds or self.text)

    @model_validator(mode="after")
    def _makes_sense(self) -> Self:
        if (self.holds is None) == (self.text is None):
            raise ValueError(_("“holds”和“text”应填且只填一个"))
        allowed = {"cents", "yuan"} if self.holds in SUMS else {"yyyymmdd", "yyyy-mm-dd"} if self.holds == "day" else ()
        if self.form is not None and self.form not in allowed:
            raise ValueError(_("“form”与所填内容不符"))
        if self.pad == "0" and (not self.is_number or self.align == "left"):
            raise ValueError(_("只有靠右的数字才能用 0 补位"))
        if any(ord(char) < 32 for char in self.text or ""):
            raise ValueError(_("固定内容不能有控制字符"))
        return self


Fields = tuple[FieldSpec, ...]


class Records(_Strict):
    """One direction: a header line, a line per debit, a trailer line; header and trailer may be missing."""

    header: Fields = Field(default=(), max_length=MOST_FIELDS)
    detail: Fields = Field(min_length=1, max_length=MOST_FIELDS)
    trailer: Fields = Field(default=(), max_length=MOST_FIELDS)

    def parts(self) -> Iterator[tuple[str, Fields]]:
        yield from (("header", self.header), ("detail", self.detail), ("trailer", self.trailer))


class Layout(_Strict):
    """A bank's pair of files. `paid`: result codes of collected debits; `failed`: of others, with what they mean."""

    name: str = Field(min_length=1, max_length=60)
    shape: Literal["fixed", "csv"]
    encoding: Literal["gbk", "gb18030", "utf-8", "utf-8-sig"] = "gbk"
    newline: Literal["\r\n", "\n"] = "\r\n"
    separator: Literal[",", "|", "\t", ";"] = ","
    titles: bool = False
    out: Records
    back: Records
    paid: tuple[str, ...] = Field(min_length=1, max_length=20)
    failed: dict[str, Failure] = Field(default_factory=dict, max_length=200)


def layout_of(rules: Any) -> Layout:
    """The layout that these rules describe. Raises LayoutRefused with every fault and the way to it."""
    try:
        layout = Layout.model_validate(rules)
    except ValidationError as error:
        raise LayoutRefused([_trouble(fault) for fault in error.errors()]) from error
    if troubles := list(_troubles(layout)):
        raise LayoutRefused(troubles)
    return layout


def _trouble(fault: Any) -> Trouble:
    """Of what pydantic found."""
    return Trouble(0, _way(fault["loc"]), _said(fault["type"], fault.get("ctx", {}), fault["msg"]))


def _said(kind: str, context: Mapping[str, Any], otherwise: str) -> str:
    if kind in ("literal_error", "enum"):
        return _("只能是 %(one_of)s") % {"one_of": context["expected"]}
    if kind == "value_error":
        return str(context["error"])
    known = {"missing": _("缺少这一项"), "extra_forbidden": _("没有这一项")}
    return known.get(kind) or _("填得不对（%(why)s）") % {"why": otherwise}


def _way(steps: Sequence[int | str]) -> str:
    """("out", "detail", 3, "width") → out.detail[4].width: fields are counted from 1, as people do."""
    return "".join(f"[{step + 1}]" if isinstance(step, int) else f".{step}" for step in steps).lstrip(".")


def _troubles(layout: Layout) -> Iterator[Trouble]:
    for side, records, more, more_around in (
        ("out", layout.out, frozenset[Holds](), frozenset[Holds]()),
        ("back", layout.back, _DETAIL_BACK, _AROUND_BACK),
    ):
        for part, fields in records.parts():
            allowed = _DETAIL | more if part == "detail" else _AROUND | more_around
            yield from _part_troubles(layout, f"{side}.{part}", fields, allowed)
    yield from _missing(layout)
    for code in layout.paid:
        if code in layout.failed:
            yield Trouble(0, f"failed.{code}", _("同一个代码不能既算成功又算失败"))


def _part_troubles(layout: Layout, way: str, fields: Fields, allowed: frozenset[Holds]) -> Iterator[Trouble]:
    seen: set[Holds | str] = set()
    for number, field in enumerate(fields, 1):
        at = f"{way}[{number}]"
        if field.holds and field.holds not in allowed:
            yield Trouble(0, f"{at}.holds", _("这里不能有 %(what)s") % {"what": field.holds})
        if field.holds in seen:
            yield Trouble(0, f"{at}.holds", _("%(what)s 出现了两次") % {"what": field.holds})
        yield from _field_troubles(layout, at, field)
        if layout.shape == "csv" and layout.titles and way.endswith("detail"):
            if not field.title or field.title in seen:
                yield Trouble(0, f"{at}.title", _("每一列要有不重复的列名"))
            seen.add(field.title)
        seen |= {field.holds} if field.holds else set()


def _field_troubles(layout: Layout, at: str, field: FieldSpec) -> Iterator[Trouble]:
    if layout.shape == "fixed" and field.width is None:
        yield Trouble(0, f"{at}.width", _("定长文件的每一项都要有宽度（字节）"))
    for name, said in (("text", field.text), ("title", field.title)):
        size = size_in(layout.encoding, said or "")
        if size is None:
            yield Trouble(0, f"{at}.{name}", _("有 %(encoding)s 编码里没有的字") % {"encoding": layout.encoding})
        elif name == "text" and layout.shape == "fixed" and field.width and size > field.width:
            yield Trouble(0, f"{at}.text", _("比宽度 %(width)s 字节长") % {"width": field.width})


def _missing(layout: Layout) -> Iterator[Trouble]:
    sent = {field.holds for field in layout.out.detail}
    back = {field.holds for field in layout.back.detail}
    for side, held, needed in (
        ("out", sent, {Holds.ACCOUNT_NO, Holds.AMOUNT}),
        ("back", back, {Holds.AMOUNT, Holds.CODE}),
    ):
        for one in sorted(needed - held):
            yield Trouble(0, f"{side}.detail", _("缺少 %(what)s") % {"what": one})
    if not sent & back & _KEYS:
        words = _("送盘和回盘要有同一个 reference 或 sequence，否则对不上是哪一笔")
        yield Trouble(0, "back.detail", words)


def size_in(encoding: str, text: str) -> int | None:
    """Bytes without a mark of order; None where a character is not in the encoding."""
    try:
        return len(codecs.encode(text, encoding.removesuffix("-sig")))
    except UnicodeEncodeError:
        return None


Values = Mapping[Holds, Any]
