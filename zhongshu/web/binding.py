"""Papers bound into one file, as typst writes them: plain objects, one table of where they are (PDF 1.7, 7.5.4).

Objects are copied one by one under new numbers, so that memory does not grow with the file; the first paper's
catalogue, with its colours and metadata, becomes that of the whole, which stays PDF/A-2b.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import IO

_REFERENCE = re.compile(rb"(?<![\w.])(\d+) 0 R\b")
_PAGES, _COUNT = re.compile(rb"/Pages (\d+) 0 R"), re.compile(rb"/Count (\d+)")
_LABELS = re.compile(rb"/PageLabels (\d+ 0 R|<<.*?>>(?=/|>>))", re.DOTALL)


@dataclass
class _Bound:
    """The file as far as it is written: where each object begins, the trees of pages, and the first catalogue."""

    to: IO[bytes]
    offsets: list[int] = field(default_factory=list)
    trees: list[int] = field(default_factory=list)
    count: int = 0
    catalogue: bytes = b""
    trailer: bytes = b""

    def write(self, number: int, body: bytes) -> None:
        self.offsets.extend([0] * (number - len(self.offsets)))
        self.offsets[number - 1] = self.to.tell()
        self.to.write(b"%d 0 obj\n%s\nendobj\n" % (number, body))


def bind(papers: Iterable[bytes], to: IO[bytes]) -> int:
    """Write the papers as one file; the number of its pages. Each is a paper as `zhongshu.web.paper` makes it.

    Raises ValueError for what typst did not write, and for none at all.
    """
    bound = _Bound(to)
    to.write(b"%PDF-1.7\n%\x80\x80\x80\x80\n")
    for paper in papers:
        _add(bound, paper)
    if not bound.trees:
        raise ValueError("nothing to bind")
    _close(bound)
    return bound.count


def _add(bound: _Bound, paper: bytes) -> None:
    """Object 1 is kept for the tree of all pages."""
    objects, trailer = _read(paper)
    first = max(len(bound.offsets), 1)
    root = int(_number(rb"/Root (\d+) 0 R", trailer))
    catalogue = objects.pop(root)
    tree = int(_number(_PAGES, catalogue))
    if not bound.catalogue:
        bound.catalogue, bound.trailer = _moved(_LABELS.sub(b"", catalogue), first), _moved(trailer, first)
    bound.count += int(_number(_COUNT, objects[tree]))
    objects[tree] = objects[tree].replace(b"<<", b"<</Parent -1 0 R", 1)
    bound.trees.append(tree + first)
    for number, body in sorted(objects.items()):
        bound.write(number + first, _moved(body, first).replace(b"/Parent -1 0 R", b"/Parent 1 0 R", 1))


def _read(paper: bytes) -> tuple[dict[int, bytes], bytes]:
    """Objects by number, and the trailer."""
    start = int(_number(rb"startxref\s+(\d+)\s+%%EOF\s*$", paper[-64:]))
    table, _, trailer = paper[start:].partition(b"trailer")
    lines = table.split(b"\n")
    if lines[0] != b"xref" or not lines[1].startswith(b"0 "):
        raise ValueError("not a paper of typst")
    found = {}
    for number, line in enumerate(lines[2:]):
        if line[17:18] == b"n":
            found[number] = int(line[:10])
    ends = dict(zip(order := sorted(found.values()), [*order[1:], start], strict=True))
    return {number: _body(paper[at : ends[at]]) for number, at in found.items()}, trailer


def _body(piece: bytes) -> bytes:
    begins, ends = piece.index(b" obj") + 4, piece.rindex(b"endobj")
    return piece[begins:ends].strip(b"\r\n ") if b"stream" not in piece else piece[begins:ends].lstrip(b"\r\n ")


def _moved(body: bytes, by: int) -> bytes:
    """With its references to the new numbers; a stream's bytes are left alone."""
    head, stream, rest = body.partition(b"stream")
    return _REFERENCE.sub(lambda found: b"%d 0 R" % (int(found[1]) + by), head) + stream + rest


def _number(pattern: "bytes | re.Pattern[bytes]", text: bytes) -> bytes:
    found = re.search(pattern, text)
    if found is None:
        raise ValueError("not a paper of typst")
    return bytes(found[1])


def _close(bound: _Bound) -> None:
    kids = b" ".join(b"%d 0 R" % tree for tree in bound.trees)
    bound.write(1, b"<</Type/Pages/Count %d/Kids[%s]>>" % (bound.count, kids))
    root = len(bound.offsets) + 1
    bound.write(root, _PAGES.sub(b"/Pages 1 0 R", bound.catalogue))
    start = bound.to.tell()
    bound.to.write(b"xref\n0 %d\n0000000000 65535 f \n" % (root + 1))
    for at in bound.offsets:
        bound.to.write(b"%010d 00000 n \n" % at if at else b"0000000000 00000 f \n")
    kept = re.sub(rb"/Size \d+", b"/Size %d" % (root + 1), bound.trailer)
    kept = re.sub(rb"/Root \d+ 0 R", b"/Root %d 0 R" % root, kept)
    dictionary = kept[: kept.rindex(b">>") + 2].strip()
    bound.to.write(b"trailer\n%s\nstartxref\n%d\n%%%%EOF" % (dictionary, start))
