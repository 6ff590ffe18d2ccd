"""Cells of an .xlsx whose formula failed. The reader gives them as empty; as empty they would be lost in silence."""

import io
import re
import zipfile
from html import unescape

Cells = dict[tuple[int, int], str]  # (row, column) from 0 → #REF! and the like
_SHEET = re.compile(rb"<(?:\w+:)?sheet\s[^>]*>")
_RELATION = re.compile(rb"<Relationship\s[^>]*>")
_FAILED = re.compile(rb'<c\s([^>/]*\bt="e"[^>/]*)>(?:(?!</c>).)*?<v>(#[^<]*)</v>', re.DOTALL)
_ADDRESS = re.compile(r"([A-Z]{1,3})(\d{1,7})")


def errors_in(content: bytes) -> dict[str, Cells]:
    """The failed cells of each sheet by its name; nothing for anything but an .xlsx."""
    if not content.startswith(b"PK"):
        return {}
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        names = frozenset(archive.namelist())
        if not {"xl/workbook.xml", "xl/_rels/workbook.xml.rels"} <= names:
            return {}
        parts = _parts(archive.read("xl/workbook.xml"), archive.read("xl/_rels/workbook.xml.rels"))
        return {title: _failed(archive.read(part)) for title, part in parts.items() if part in names}


def _parts(workbook: bytes, relations: bytes) -> dict[str, str]:
    """Where in the archive each sheet lies, by its name."""
    targets = {_attribute(tag, "Id"): _attribute(tag, "Target") for tag in _RELATION.findall(relations)}
    named = {_attribute(tag, "name"): targets.get(_attribute(tag, "r:id"), "") for tag in _SHEET.findall(workbook)}
    return {title: target.lstrip("/") if target.startswith("/") else f"xl/{target}" for title, target in named.items()}


def _attribute(tag: bytes, name: str) -> str:
    found = re.search(rf'\b{name}\s*=\s*"([^"]*)"', tag.decode("utf-8", "replace"))
    return unescape(found[1]) if found else ""


def _failed(sheet: bytes) -> Cells:
    if b't="e"' not in sheet:
        return {}
    found = ((_attribute(head, "r"), error.decode("utf-8", "replace")) for head, error in _FAILED.findall(sheet))
    return {_position(address): error for address, error in found if _ADDRESS.fullmatch(address)}


def _position(address: str) -> tuple[int, int]:
    """C7 → (6, 2)."""
    letters, digits = _ADDRESS.fullmatch(address).groups()  # type: ignore[union-attr]
    column = 0
    for letter in letters:
        column = column * 26 + ord(letter) - ord("A") + 1
    return int(digits) - 1, column - 1
