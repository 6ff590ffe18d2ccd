"""Rules take values and an instant and give a decision: no tables, no requests, no clock, no settings."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKAGE = Path(__file__).resolve().parents[2] / "zhongshu"
IMPURE = ("django.db", "django.http", "django.conf", "django.core", "zhongshu.kernel.clock.now", "time", "random")
NAMES = ("policies.py", "lifecycle.py", "kinds.py")


def pure_files() -> list[Path]:
    rules = [path for name in NAMES for path in PACKAGE.glob(f"*/{name}")]
    rules += PACKAGE.glob("*/policies/*.py")
    rules += [*(PACKAGE / "estate/addressing").glob("*.py"), *(PACKAGE / "cases/classification").glob("*.py")]
    return sorted(rules)


def imported(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        if isinstance(node, ast.ImportFrom) and node.module:
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


@pytest.mark.parametrize("path", pure_files(), ids=lambda path: str(path.relative_to(PACKAGE)))
def test_a_rule_is_pure(path: Path) -> None:
    def is_impure(name: str) -> bool:
        return ".models" in name or any(name == bad or name.startswith(bad + ".") for bad in IMPURE)

    assert not [name for name in imported(path) if is_impure(name)]
