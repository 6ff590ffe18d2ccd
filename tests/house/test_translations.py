"""Chinese is the source language; English is complete; nothing people see escapes translation."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import polib
import pytest
from django.utils.translation.template import templatize

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "zhongshu"
CJK = re.compile(r"[\u3400-\u9fff]")
CALLS = {"_", "gettext", "gettext_lazy", "gettext_noop", "ngettext", "ngettext_lazy", "pgettext", "pgettext_lazy"}
MSGID = re.compile(
    r"""(?:gettext|ngettext|pgettext|\b_)\((?:u?(?P<q>'|")(?P<text>(?:\\.|(?!(?P=q)).)*)(?P=q))""", re.DOTALL
)

# Chinese that is matter, not interface: what people say and write, what spreadsheets call things, and what is said
# about their cells, which goes back into the same Chinese workbook.
MATTER = (
    "estate/addressing/",
    "cases/classification/",
    "simulation/",
    "estate/importing/",
    "estate/workbooks/",
    "estate/initials.py",
    "estate/naming.py",
    "people/importing.py",
    "channels/importing.py",
    "billing/importing/",
    "cases/importing.py",
    "collecting/policies/shipped.py",
    "remittance/layouts/statements.py",
)


def python_files() -> list[Path]:
    return [path for path in PACKAGE.rglob("*.py") if "migrations" not in path.parts]


def templates() -> list[Path]:
    return sorted([*PACKAGE.rglob("templates/**/*.html"), *PACKAGE.rglob("templates/**/*.txt")])


def catalogue() -> dict[str, polib.POEntry]:
    entries = {}
    for path in PACKAGE.glob("*/locale/en/LC_MESSAGES/django.po"):
        entries.update({entry.msgid: entry for entry in polib.pofile(str(path)) if not entry.obsolete})
    return entries


def is_gettext(node: ast.AST) -> bool:
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in CALLS


def msgids_of_python(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text())):
        if is_gettext(node):
            for arg in node.args[:2]:
                if isinstance(arg, ast.Constant) and isinstance(arg.value, str) and CJK.search(arg.value):
                    yield arg.value


def msgids_of_template(path: Path) -> Iterator[str]:
    for found in MSGID.finditer(templatize(path.read_text(), origin=str(path))):
        text = ast.literal_eval(f"{found['q'] * 3}{found['text']}{found['q'] * 3}")
        if CJK.search(text):
            yield text


def all_msgids() -> dict[str, Path]:
    found: dict[str, Path] = {}
    for path in python_files():
        found.update(dict.fromkeys(msgids_of_python(path), path))
    for path in templates():
        found.update(dict.fromkeys(msgids_of_template(path), path))
    return found


def test_every_sentence_has_its_english() -> None:
    english = catalogue()
    missing = [
        f"{path.relative_to(ROOT)}: {msgid}"
        for msgid, path in sorted(all_msgids().items(), key=lambda pair: str(pair[1]))
        if msgid not in english or not (english[msgid].msgstr or english[msgid].msgstr_plural) or english[msgid].fuzzy
    ]
    assert not missing, f"{len(missing)} without English:\n" + "\n".join(missing)


def test_english_keeps_the_placeholders() -> None:
    names = re.compile(r"%\((\w+)\)[sd]|\{(\w*)\}")
    wrong = [
        entry.msgid
        for entry in catalogue().values()
        if entry.msgstr and sorted(names.findall(entry.msgid)) != sorted(names.findall(entry.msgstr))
    ]
    assert not wrong


def test_english_is_english() -> None:
    assert not [entry.msgid for entry in catalogue().values() if CJK.search(entry.msgstr)]


def untranslated_in_python(path: Path) -> Iterator[str]:
    tree = ast.parse(path.read_text())
    allowed = {id(inner) for node in ast.walk(tree) if is_gettext(node) for inner in ast.walk(node)}
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.Module):
            first = node.body[0] if node.body else None
            if isinstance(first, ast.Expr):
                allowed.add(id(first.value))
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            allowed.add(id(node.value))
    for node in ast.walk(tree):
        if not (isinstance(node, ast.Constant) and isinstance(node.value, str)) or id(node) in allowed:
            continue
        if CJK.search(node.value):
            yield f"{path.relative_to(ROOT)}:{node.lineno}: {node.value[:40]}"


def test_python_says_nothing_untranslated() -> None:
    found = [
        line
        for path in python_files()
        if not str(path.relative_to(PACKAGE)).startswith(MATTER)
        for line in untranslated_in_python(path)
        if "# matter" not in path.read_text().splitlines()[int(line.split(":")[1]) - 1]
    ]
    assert not found, "\n".join(found)


@pytest.mark.parametrize("path", templates(), ids=lambda path: str(path.relative_to(PACKAGE)))
def test_templates_say_nothing_untranslated(path: Path) -> None:
    rest = re.sub(r"{%\s*comment.*?endcomment\s*%}|{#.*?#}", "", path.read_text(), flags=re.DOTALL)
    rest = re.sub(r"{%\s*blocktrans(late)?.*?endblocktrans(late)?\s*%}", "", rest, flags=re.DOTALL)
    rest = re.sub(r"{%\s*trans(late)?\s.*?%}|_\(.*?\)", "", rest)
    assert not CJK.findall(rest), f"{path.name}: {''.join(CJK.findall(rest))[:60]}"
