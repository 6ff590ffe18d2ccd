"""Papers: PDF/A-2b set by typst in the fonts that come with the program.

A template is typst code of ours; what people wrote goes in beside it as JSON and is only ever text: typst never
evaluates a string. A template begins after `PRELUDE`, finds its data in `data` and may use what the prelude defines.

    content = pdf(Path(__file__).parent / "papers" / "report.typ", {"title": "…"}, at=at)
"""

import json
import struct
from collections.abc import Mapping
from datetime import date, datetime
from functools import cache
from pathlib import Path
from tempfile import mkdtemp
from threading import Lock
from typing import Any

import typst
from django.http import HttpResponse
from pylopdf_fonts_zh_cn import sans_path

from zhongshu.kernel.clock import local

CONTENT_TYPE = "application/pdf"
FONT = "Noto Sans SC"
MISSING = "〓"
"""Printers' mark for a character that the font does not have (an emoji, a control character)."""

PRELUDE = """
#let data = json(bytes(sys.inputs.data))
#set document(title: data.title)
#set page(paper: "a4", margin: (x: 18mm, y: 16mm), numbering: "1 / 1", number-align: right)
#set text(font: "Noto Sans SC", fallback: false, size: 9.5pt, lang: "zh", fill: rgb("#1f2329"))
#set par(leading: 0.75em)
#let quiet(body) = text(fill: rgb("#5c6470"), size: 8.5pt, body)
#let heading-line(body) = block(above: 1.4em, below: 0.7em, sticky: true, text(size: 12pt, fill: rgb("#0747b6"), body))
#let title-block(title, sub) = block(below: 1em)[#text(size: 17pt, title) #linebreak() #quiet(sub)]
#let grid-of(header, rows, columns) = table(
  columns: columns, stroke: (x, y) => (bottom: 0.4pt + rgb("#d9dee5")), inset: (x: 4pt, y: 3.6pt),
  align: (x, y) => if x == 0 { left } else { right },
  table.header(..header.map(cell => quiet(cell))), ..rows.flatten())
#let bars(rows) = {
  let most = calc.max(1, ..rows.map(row => row.at(1)))
  grid(columns: (34%, 1fr, 12%), row-gutter: 4pt, column-gutter: 6pt, align: (right, left, left),
    ..rows.map(row => (row.at(0), rect(width: 100% * row.at(1) / most, height: 8pt, fill: rgb("#0958d9")),
      str(row.at(1)))).flatten())
}
"""

_SETTING = Lock()


def pdf(template: Path, data: Mapping[str, Any], *, at: datetime) -> bytes:
    """The paper. `data` is JSON with a `title`; the same data at the same instant give the same bytes.

    Raises typst.TypstError for a template that is wrong.
    """
    return set_text(template, data_text(data), seconds=int(at.timestamp()))


def data_text(data: Mapping[str, Any]) -> str:
    """The data of a paper as JSON, with nothing in it that the font does not have."""
    return json.dumps(_printable(data), ensure_ascii=False)


def set_text(template: Path, given: str, *, seconds: int, tagged: bool = True) -> bytes:
    """The paper from its data as JSON, as of an instant (POSIX seconds). Without tags it is smaller and sooner set.

    Raises typst.TypstError for a template that is wrong.
    """
    source = (PRELUDE + template.read_text(encoding="utf-8")).encode()
    with _SETTING:  # one compiler keeps the fonts; it sets one paper at a time
        made = _compiler().compile(
            input=source,
            sys_inputs={"data": given},
            format="pdf",
            pdf_standards=["a-2b"],
            pdf_tags=tagged,
            timestamp=seconds,
        )
    return bytes(made)  # type: ignore[arg-type]  # one file, since the format is PDF


def download(name: str, content: bytes) -> HttpResponse:
    """A paper as an attachment; `name` without its ending."""
    response = HttpResponse(content, content_type=CONTENT_TYPE)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}.pdf"'
    return response


@cache
def _compiler() -> typst.Compiler:
    """Its root is an empty folder: a template reads no file."""
    fonts, root = str(Path(sans_path()).parent), mkdtemp(prefix="zhongshu-paper-")
    return typst.Compiler(font_paths=[fonts], ignore_system_fonts=True, root=root)


def _printable(value: Any) -> Any:
    """JSON values with every text reduced to what the font has; days and instants as people write them."""
    match value:
        case str():
            return "".join(char if ord(char) in _glyphs() or char == "\n" else MISSING for char in value)
        case Mapping():
            return {key: _printable(each) for key, each in value.items()}
        case list() | tuple():
            return [_printable(each) for each in value]
        case datetime():
            return local(value).strftime("%Y-%m-%d %H:%M")
        case date():
            return value.isoformat()
        case _:
            return value if value is None or isinstance(value, int | float) else _printable(str(value))


@cache
def _glyphs() -> frozenset[int]:
    """The code points the font has: PDF/A refuses all others. From the font's `cmap`, format 12 (OpenType 1.9)."""
    font = Path(sans_path()).read_bytes()
    tables = {font[at : at + 4]: at for at in range(12, 12 + 16 * _u16(font, 4), 16)}
    cmap = _u32(font, tables[b"cmap"] + 8)
    starts = [cmap + _u32(font, cmap + 8 + 8 * nth) for nth in range(_u16(font, cmap + 2))]
    start = next(at for at in starts if _u16(font, at) == 12)
    groups = struct.iter_unpack(">III", font[start + 16 : start + 16 + 12 * _u32(font, start + 12)])
    return frozenset(code for first, last, glyph in groups if glyph for code in range(first, last + 1))


def _u16(font: bytes, at: int) -> int:
    return int(struct.unpack_from(">H", font, at)[0])


def _u32(font: bytes, at: int) -> int:
    return int(struct.unpack_from(">I", font, at)[0])
