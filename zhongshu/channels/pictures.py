"""From what was scanned to pages that are safe to keep and to show: pictures, and PDF page by page."""

import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path

import typst
from django.utils.translation import gettext as _

from zhongshu.channels.errors import ScanRefused
from zhongshu.work.errors import PhotoRefused
from zhongshu.work.pictures import Readable, as_jpeg
from zhongshu.work.pictures import read as read_photo

MOST_PAGES = 20
WIDTH = 1500
_SHEET = '#set page(width: auto, height: auto, margin: 0pt)\n#image("scan.pdf", page: {page}, width: {width}pt)'


def pages_of(uploads: Iterable[Readable]) -> list[bytes]:
    """Every page as a JPEG, in the order sent. Raises ScanRefused for what is neither a picture nor a PDF."""
    pages: list[bytes] = []
    for upload in uploads:
        for page in _pages(upload):
            pages.append(page)
            if len(pages) > MOST_PAGES:
                raise ScanRefused(_("一封信最多 %(most)s 页。") % {"most": MOST_PAGES}, field="scans")
    return pages


def _pages(upload: Readable) -> Iterator[bytes]:
    try:
        content = read_photo(upload)
        if content.startswith(b"%PDF"):
            yield from map(as_jpeg, _drawn(content))
        else:
            yield as_jpeg(content)
    except PhotoRefused as refusal:
        raise ScanRefused(refusal.message, field="scans") from refusal


def _drawn(content: bytes) -> Iterator[bytes]:
    """The pages of a PDF as pictures: drawn anew, so that nothing else of the file is kept."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "scan.pdf").write_bytes(content)
        number = 1
        while (page := _draw(folder, number)) is not None:
            yield page
            number += 1


def _draw(folder: Path, number: int) -> bytes | None:
    """None behind the last page. Raises ScanRefused for a PDF that cannot be read."""
    sheet = folder / "sheet.typ"
    sheet.write_text(_SHEET.format(page=number, width=WIDTH))
    try:
        return typst.compile(sheet, root=folder, format="png", ppi=72.0)
    except (typst.TypstError, RuntimeError) as error:
        if number > 1 and "does not exist" in str(error):
            return None
        raise ScanRefused(_("无法打开这份 PDF，请改用图片上传。"), field="scans") from error
