"""Papers as one file."""

from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

import pytest
from pypdf import PdfReader

from zhongshu.web.binding import bind
from zhongshu.web.typesetter import Typesetter

AT = datetime(2026, 11, 4, 4, 0, tzinfo=UTC)


def test_papers_set_by_a_process_of_their_own_are_one_file_in_their_order(tmp_path: Path) -> None:
    template = tmp_path / "letter.typ"
    template.write_text("#for name in data.names [#name \\ 5 0 R #pagebreak(weak: true)]\n", encoding="utf-8")
    chunks = [{"title": "催费", "names": names} for names in (["甲户", "乙户"], ["丙户"], ["丁户", "戊户", "己😀"])]
    to = BytesIO()
    with Typesetter(template, at=AT) as setter:
        assert bind(setter.papers(chunks), to) == 6
    read = PdfReader(to, strict=True)
    pages = [page.extract_text().split() for page in read.pages]
    assert [words[0] for words in pages] == ["甲户", "乙户", "丙户", "丁户", "戊户", "己〓"]
    assert all(words[1:4] == ["5", "0", "R"] for words in pages)
    root = read.trailer["/Root"]
    assert b"pdfaid" in root["/Metadata"].get_data()
    assert root["/OutputIntents"][0]["/S"] == "/GTS_PDFA1"


def test_nothing_and_strange_things_are_not_bound() -> None:
    for papers in ([], [b"%PDF-1.4\nnothing\nstartxref\n9\n%%EOF"]):
        with pytest.raises(ValueError, match=r"bind|typst"):
            bind(papers, BytesIO())
