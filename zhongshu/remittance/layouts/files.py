"""A layout and values → the bytes of a file, and back: fixed width or CSV, every fault with its line."""

import csv
import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final

from django.utils.translation import gettext as _

from zhongshu.remittance.layouts.spec import COUNTS, SUMS, Fields, FieldSpec, Holds, Layout, Records, Values, size_in
from zhongshu.remittance.layouts.trouble import FileRefused, Trouble, refused

CENT: Final = Decimal("0.01")
LARGEST: Final = 20 * 1024 * 1024
_FORMATS: Final = {"yyyymmdd": "%Y%m%d", "yyyy-mm-dd": "%Y-%m-%d"}
_WRITTEN: Final = {"cents": re.compile(r"0*\d{1,14}"), "yuan": re.compile(r"0*\d{1,12}(\.\d{1,2})?")}
_COUNT: Final = re.compile(r"0*\d{1,9}")


@dataclass(frozen=True, slots=True)
class Sheet:
    """What a file says: values by what they are. `lines` are the line numbers of `details` in a file that was read."""

    header: Values
    details: Sequence[Values]
    trailer: Values = field(default_factory=dict)
    lines: Sequence[int] = ()


def write(layout: Layout, records: Records, sheet: Sheet) -> bytes:
    """The file. Raises FileRefused where a value does not fit its field, naming line and field."""
    rows = _rows(layout, records, sheet)
    if layout.shape == "fixed":
        text = "".join(_fixed(layout, number, fields, values) for number, fields, values in rows)
    else:
        text = _csv(layout, rows)
    return text.encode(layout.encoding)


def _rows(layout: Layout, records: Records, sheet: Sheet) -> Iterator[tuple[int, Fields, Values]]:
    """Every line of the file with its number; that of the titles is one of constants."""
    titles = tuple(FieldSpec(text=spec.title) for spec in records.detail)
    parts = [
        *([(records.header, sheet.header)] if records.header else []),
        *([(titles, {})] if _has_titles(layout) else []),
        *((records.detail, values) for values in sheet.details),
        *([(records.trailer, sheet.trailer)] if records.trailer else []),
    ]
    yield from ((number, fields, values) for number, (fields, values) in enumerate(parts, 1))


def _has_titles(layout: Layout) -> bool:
    return layout.shape == "csv" and layout.titles


def _fixed(layout: Layout, number: int, fields: Fields, values: Values) -> str:
    return "".join(_padded(layout, number, spec, _text(layout, number, spec, values)) for spec in fields) + (
        layout.newline
    )


def _csv(layout: Layout, rows: Iterator[tuple[int, Fields, Values]]) -> str:
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=layout.separator, lineterminator=layout.newline)
    for number, fields, values in rows:
        writer.writerow([_text(layout, number, spec, values) for spec in fields])
    return out.getvalue()


def _text(layout: Layout, number: int, spec: FieldSpec, values: Values) -> str:
    """What stands in the field, before it is padded."""
    if spec.text is not None or spec.holds is None:
        return spec.text or ""
    said = _written(spec, values.get(spec.holds, ""))
    if any(ord(char) < 32 for char in said):
        raise refused(number, spec.label, _("不能有换行等控制字符"))
    if size_in(layout.encoding, said) is None:
        words = _("“%(said)s”里有 %(encoding)s 编码没有的字") % {"said": said[:20], "encoding": layout.encoding}
        raise refused(number, spec.label, words)
    return said


def _written(spec: FieldSpec, value: Any) -> str:
    if isinstance(value, Decimal):
        return str(int(value * 100)) if spec.written_as == "cents" else f"{value:.2f}"
    if isinstance(value, date):
        return value.strftime(_FORMATS[spec.written_as])
    return str(value).strip()


def _padded(layout: Layout, number: int, spec: FieldSpec, said: str) -> str:
    width = spec.width or 0
    if spec.cut:
        said = _cut(layout.encoding, said, width)
    missing = width - (size_in(layout.encoding, said) or 0)
    if missing < 0:
        words = _("“%(said)s”超过 %(width)s 字节") % {"said": said[:20], "width": width}
        raise refused(number, spec.label, words)
    is_right = spec.align == "right" or (spec.align is None and spec.is_number)
    pad = (spec.pad or ("0" if spec.is_number and is_right else " ")) * missing
    return pad + said if is_right else said + pad


def _cut(encoding: str, said: str, width: int) -> str:
    """As many whole characters as the bytes hold."""
    while (size_in(encoding, said) or 0) > width:
        said = said[:-1]
    return said


def read(layout: Layout, records: Records, content: bytes) -> Sheet:
    """What the file says. Raises FileRefused: foreign, cut off, wrong sums, each fault with its line and field."""
    if len(content) > LARGEST:
        raise refused(0, "", _("文件太大，最大 %(most)s MB") % {"most": LARGEST // 2**20})
    content = content.removesuffix(b"\x1a")
    reading = _Fixed(layout, records) if layout.shape == "fixed" else _Csv(layout, records)
    sheet = reading.sheet(content)
    if reading.troubles:
        raise FileRefused(reading.troubles)
    _check_sums(sheet)
    return sheet


class _Reading:
    """A file being read; faults are collected, so that all of them are told at once."""

    def __init__(self, layout: Layout, records: Records) -> None:
        self.layout, self.records = layout, records
        self.troubles: list[Trouble] = []

    def sheet(self, content: bytes) -> Sheet:
        lines = self._lines(content)
        header, trailer, titles = bool(self.records.header), bool(self.records.trailer), _has_titles(self.layout)
        first, last = header + titles, len(lines) - trailer
        if last < first:
            raise refused(len(lines), "", _("文件不完整：缺少首行、列名或末行"))
        order = self._order(*lines[first - 1]) if titles else self.records.detail
        head = self._values(*lines[0], self.records.header) if header else {}
        details = [self._values(number, line, order) for number, line in lines[first:last]]
        if trailer and not self._is(lines[-1][1], self.records.trailer):
            raise refused(lines[-1][0], "", _("末行不是汇总行，文件可能没有传完"))
        foot = self._values(*lines[-1], self.records.trailer) if trailer else {}
        return Sheet(head, details, foot, [number for number, _line in lines[first:last]])

    def _lines(self, content: bytes) -> list[tuple[int, Any]]:
        raise NotImplementedError

    def _parts(self, number: int, line: Any, fields: Fields) -> Iterator[tuple[FieldSpec, str]]:
        raise NotImplementedError

    def _order(self, number: int, line: Any) -> Fields:
        raise NotImplementedError

    def _is(self, line: Any, fields: Fields) -> bool:
        """Whether a line could be of that kind, judged by its constants."""
        probe = type(self)(self.layout, self.records)
        said = list(probe._parts(0, line, fields))
        return not probe.troubles and all(text == spec.text for spec, text in said if spec.text)

    def _values(self, number: int, line: Any, fields: Fields) -> Values:
        values: dict[Holds, Any] = {}
        for spec, text in self._parts(number, line, fields):
            if spec.text and text != spec.text.strip():
                words = _("应是“%(wanted)s”，却是“%(said)s”：不是这种文件的行")
                self._wrong(number, spec, words % {"wanted": spec.text, "said": text[:20]})
            elif spec.holds is not None:
                self._take(values, number, spec, text)
        return values

    def _take(self, values: dict[Holds, Any], number: int, spec: FieldSpec, text: str) -> None:
        try:
            values[spec.holds] = _read(spec, text)  # type: ignore[index]  # a constant never comes here
        except ValueError as error:
            self._wrong(number, spec, str(error))

    def _wrong(self, number: int, spec: FieldSpec, words: str) -> None:
        self.troubles.append(Trouble(number, spec.label, words))


class _Fixed(_Reading):
    def _lines(self, content: bytes) -> list[tuple[int, Any]]:
        lines = content.removeprefix(b"\xef\xbb\xbf").replace(b"\r\n", b"\n").rstrip(b"\n").split(b"\n")
        return list(enumerate(lines, 1)) if lines != [b""] else []

    def _parts(self, number: int, line: bytes, fields: Fields) -> Iterator[tuple[FieldSpec, str]]:
        width = sum(spec.width or 0 for spec in fields)
        if len(line) != width:
            words = _("应有 %(wanted)s 字节，却有 %(found)s 字节") % {"wanted": width, "found": len(line)}
            self.troubles.append(Trouble(number, "", words))
            return
        start = 0
        for spec in fields:
            end = start + (spec.width or 0)
            yield spec, self._decoded(number, spec, line[start:end], start)
            start = end

    def _decoded(self, number: int, spec: FieldSpec, part: bytes, start: int) -> str:
        try:
            return part.decode(self.layout.encoding.removesuffix("-sig")).strip()
        except UnicodeDecodeError as error:
            words = _("第 %(at)s 字节起不是 %(encoding)s 编码的字")
            said = words % {"at": start + error.start + 1, "encoding": self.layout.encoding}
            self._wrong(number, spec, said)
            return ""


class _Csv(_Reading):
    def _lines(self, content: bytes) -> list[tuple[int, Any]]:
        try:
            text = content.removeprefix(b"\xef\xbb\xbf").decode(self.layout.encoding.removesuffix("-sig"))
        except UnicodeDecodeError as error:
            line = content[: error.start].count(b"\n") + 1
            words = _("不是 %(encoding)s 编码的字") % {"encoding": self.layout.encoding}
            raise refused(line, "", words) from error
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=self.layout.separator, strict=True)
        try:
            return [(reader.line_num, cells) for cells in reader if cells]
        except csv.Error as error:
            raise refused(reader.line_num, "", _("引号不成对，文件可能没有传完")) from error

    def _order(self, number: int, line: list[str]) -> Fields:
        """The columns as the file has them, told by their titles."""
        by_title = {spec.title: spec for spec in self.records.detail}
        titles = [cell.strip() for cell in line]
        foreign = [title for title in titles if title not in by_title]
        absent = [title for title in by_title if titles.count(title) != 1]
        if foreign or absent:
            words = _("列名对不上；多出：%(foreign)s；缺少或重复：%(absent)s")
            said = words % {"foreign": "、".join(foreign) or "—", "absent": "、".join(absent) or "—"}
            raise refused(number, "", said)
        return tuple(by_title[title] for title in titles)

    def _parts(self, number: int, line: list[str], fields: Fields) -> Iterator[tuple[FieldSpec, str]]:
        if len(line) != len(fields):
            words = _("应有 %(wanted)s 列，却有 %(found)s 列") % {"wanted": len(fields), "found": len(line)}
            self.troubles.append(Trouble(number, "", words))
            return
        yield from zip(fields, (cell.strip() for cell in line), strict=True)


def _read(spec: FieldSpec, text: str) -> Any:
    """The value of a field. Raises ValueError with a sentence."""
    if spec.holds in SUMS:
        return _sum(spec, text)
    if spec.holds in COUNTS:
        if not _COUNT.fullmatch(text) or not text.isascii():
            raise ValueError(_("“%(said)s”不是个数") % {"said": text[:20]})
        return int(text)
    if spec.holds == Holds.DAY:
        return _day(spec, text)
    return text


def _sum(spec: FieldSpec, text: str) -> Decimal:
    plain = text.replace(",", "")
    if not _WRITTEN[spec.written_as].fullmatch(plain) or not plain.isascii():
        raise ValueError(_("“%(said)s”不是金额") % {"said": text[:20]})
    return (Decimal(plain) / (100 if spec.written_as == "cents" else 1)).quantize(CENT)


def _day(spec: FieldSpec, text: str) -> date | None:
    """None where nothing stands: results of what was not collected often have no day."""
    if not text.strip("0"):
        return None
    try:
        return datetime.strptime(text, _FORMATS[spec.written_as]).date()  # noqa: DTZ007 - a day has no zone
    except ValueError as error:
        raise ValueError(_("“%(said)s”不是日期") % {"said": text[:20]}) from error


def _check_sums(sheet: Sheet) -> None:
    """Header and trailer say how many details there are and what they come to."""
    count = len(sheet.details)
    total = sum((values[Holds.AMOUNT] for values in sheet.details), Decimal(0))
    for holds, found, what in ((Holds.COUNT, count, _("笔数")), (Holds.TOTAL, total, _("金额合计"))):
        for around in (sheet.header, sheet.trailer):
            if holds in around and around[holds] != found:
                words = _("%(what)s写的是 %(said)s，明细却是 %(found)s：文件不完整或被改动过")
                said = words % {"what": what, "said": around[holds], "found": found}
                raise refused(1 if around is sheet.header else (sheet.lines or [0])[-1] + 1, "", said)
