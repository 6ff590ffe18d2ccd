"""Items of a checklist: what each asks for, whether a value fits, what is still missing.

In a template an item is a line of text, `*` in front if it must be answered before the order can be finished:

    * 阀门已关闭
    * 水压 | number | 0.1..0.6 | MPa
    现场情况 | text
    * 修复后照片 | photo
"""

from collections.abc import Collection, Iterable
from dataclasses import asdict, dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils.translation import gettext as _

from zhongshu.work.kinds import ItemKind

MOST_ITEMS = 30
LABEL_LENGTH = 60
TICKED = "1"
PARTS = 3


@dataclass(frozen=True, slots=True)
class Item:
    """`low` and `high`: the range of a number, as decimal words; empty: open. `key` is stable within the version."""

    key: str
    label: str
    kind: ItemKind = ItemKind.TICK
    is_mandatory: bool = False
    low: str = ""
    high: str = ""
    unit: str = ""

    @property
    def line(self) -> str:
        """The item as it is typed."""
        words = [("* " if self.is_mandatory else "") + self.label]
        if self.kind != ItemKind.TICK or self.unit:
            words.append(self.kind)
        if self.kind == ItemKind.NUMBER:
            words += [f"{self.low}..{self.high}", self.unit]
        return " | ".join(words).rstrip(" |")


class BadLine(ValueError):
    """A line that cannot be read; the message is for the person who typed it."""


def items_of(kept: Iterable[dict[str, Any]]) -> tuple[Item, ...]:
    """As they are kept with a template."""
    return tuple(Item(**(row | {"kind": ItemKind(row["kind"])})) for row in kept)


def kept(items: Iterable[Item]) -> list[dict[str, Any]]:
    """As a template keeps them."""
    return [asdict(item) for item in items]


def read(text: str) -> tuple[Item, ...]:
    """The items typed one to a line. Raises BadLine."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    if not 1 <= len(lines) <= MOST_ITEMS:
        raise BadLine(_("检查表须有 1 至 %(most)d 项，每行一项。") % {"most": MOST_ITEMS})
    return tuple(_item(f"i{nth}", line) for nth, line in enumerate(lines, 1))


def _item(key: str, line: str) -> Item:
    label, *rest = [word.strip() for word in line.removeprefix("*").split("|")]
    kind, span, unit = [*rest, "", "", ""][:PARTS]
    if not label or len(label) > LABEL_LENGTH or kind not in {"", *ItemKind} or len(rest) > PARTS:
        raise BadLine(_("看不懂这一行：%(line)s") % {"line": line})
    low, high = _range(span, line)
    return Item(key, label, ItemKind(kind or ItemKind.TICK), line.startswith("*"), low, high, unit)


def _range(span: str, line: str) -> tuple[str, str]:
    if not span:
        return "", ""
    low, dots, high = span.partition("..")
    if not dots or any(end and _number(end) is None for end in (low, high)):
        raise BadLine(_("范围写成 0.1..0.6 这样：%(line)s") % {"line": line})
    if low and high and Decimal(low) > Decimal(high):
        raise BadLine(_("范围的下限大于上限：%(line)s") % {"line": line})
    return low, high


def problem(item: Item, value: str, *, photo_ids: Collection[int] = ()) -> str:
    """What is wrong with a value typed for the item, as a sentence; empty: nothing."""
    words = {"label": item.label, "low": item.low or "—", "high": item.high or "—"}
    if item.kind == ItemKind.TICK and value != TICKED:
        return _("“%(label)s”只能打勾。") % words
    if item.kind == ItemKind.NUMBER and not _fits(item, value):
        return _("“%(label)s”须是 %(low)s 至 %(high)s 之间的数。") % words
    if item.kind == ItemKind.PHOTO and (not value.isdecimal() or int(value) not in photo_ids):
        return _("“%(label)s”须选这张工单的一张照片。") % words
    return ""


def _fits(item: Item, value: str) -> bool:
    number = _number(value)
    low, high = _number(item.low), _number(item.high)
    return number is not None and (low is None or low <= number) and (high is None or number <= high)


def _number(text: str) -> Decimal | None:
    try:
        number = Decimal(text)
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


def missing(items: Iterable[Item], entered: Collection[str]) -> tuple[Item, ...]:
    """What has to be answered before the order can be finished, and is not."""
    return tuple(item for item in items if item.is_mandatory and item.key not in entered)
