"""Papers: what people wrote is printed, never carried out."""

from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pypdf import PdfReader

from zhongshu.web.paper import MISSING, pdf

AT = datetime(2026, 11, 4, 4, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("paper") / "words.typ"
    path.write_text('#title-block(data.title, "")\n#for word in data.words [#word #parbreak()]\n')
    return path


def words_of(content: bytes) -> str:
    return "\n".join(page.extract_text() for page in PdfReader(BytesIO(content)).pages)


def test_a_paper_is_an_archive_file_and_always_the_same(template: Path) -> None:
    data = {"title": "十一月运营报表", "words": ["受理 38 件", datetime(2026, 11, 4, 4, 5, tzinfo=UTC)]}
    content = pdf(template, data, at=AT)
    assert content == pdf(template, data, at=AT)
    assert b"<pdfaid:part>2" in content
    assert b"<pdfaid:conformance>B" in content
    assert "十一月运营报表" in words_of(content)
    assert "2026-11-04 12:05" in words_of(content)


HOSTILE = [
    '#panic("x")',
    '#read("/etc/passwd")',
    '#eval("1+1")',
    "$ x^2 $ *粗* _斜_ `码` \\ = 标题",
    '#import "@preview/cetz:0.3.0"',
    "]#[#sys.inputs",
    '"); #pagebreak() //',
    "<label> @ref https://x.invalid",
]


def test_hostile_words_are_only_words(template: Path) -> None:
    said = words_of(pdf(template, {"title": HOSTILE[0], "words": HOSTILE}, at=AT)).replace("\n", "").replace(" ", "")
    for word in HOSTILE:
        assert word.replace(" ", "") in said


def test_what_the_font_lacks_is_marked(template: Path) -> None:
    said = words_of(pdf(template, {"title": "😀", "words": ["水管😀漏水\x01", "𠮷野家", "\u202e"]}, at=AT))
    assert f"水管{MISSING}漏水{MISSING}" in said
    assert f"{MISSING}野家" in said


@settings(max_examples=40)
@given(st.text(max_size=60))
def test_any_text_at_all_can_be_printed(template: Path, text: str) -> None:
    assert pdf(template, {"title": text, "words": [text]}, at=AT).startswith(b"%PDF-1.7")
