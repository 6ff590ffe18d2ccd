"""What may stand in the repository: only what we wrote, no registry's address, no path of somebody's machine."""

import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
TEXT = {".py", ".md", ".txt", ".in", ".html", ".css", ".js", ".json", ".toml", ".sql", ".tsv", ".po", ".svg", ""}
OURS_TO_KEEP = {"LICENSE"}


@pytest.fixture(scope="module")
def tracked() -> list[Path]:
    listing = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    return [ROOT / name for name in listing.split("\0") if name and (ROOT / name).is_file()]


def test_nothing_built_or_fetched_is_committed(tracked: list[Path]) -> None:
    wrong = re.compile(r"(^|/)(node_modules|vendor|third_party|dist)/|\.min\.(js|css)$|\.(mo|whl|woff2?|ttf|pyc)$")
    assert not [path for path in tracked if wrong.search(str(path.relative_to(ROOT)))]


def test_no_source_is_as_dense_as_a_bundle(tracked: list[Path]) -> None:
    dense = [
        path
        for path in tracked
        if path.suffix in {".js", ".css"} and max(map(len, path.read_text().splitlines() or [""])) > 1000
    ]
    assert not dense


def test_nobody_elses_licence_banner(tracked: list[Path]) -> None:
    banner = re.compile(r"Copyright \(c\)|@license|SPDX-License-Identifier: (?!Apache-2\.0)")
    mine = Path(__file__)
    found = [
        path
        for path in tracked
        if path.suffix in TEXT and path != mine and path.name not in OURS_TO_KEEP and banner.search(path.read_text())
    ]
    assert not found


def test_locks_name_no_registry(tracked: list[Path]) -> None:
    locks = [path for path in tracked if path.name == "package-lock.json" or path.parent.name == "requirements"]
    assert len(locks) >= 4
    assert not [path for path in locks if re.search(r"https?://[^\"\s]*(pypi|npmjs|registry|debian)", path.read_text())]


def test_python_locks_are_hashed(tracked: list[Path]) -> None:
    for path in tracked:
        if path.parent.name == "requirements" and path.suffix == ".txt":
            pins = re.findall(r"^[a-z0-9].*==", path.read_text(), re.MULTILINE | re.IGNORECASE)
            hashed = re.findall(
                r"^[a-z0-9][^\n]*==[^\n]*\\\n\s+--hash=", path.read_text(), re.MULTILINE | re.IGNORECASE
            )
            assert len(pins) == len(hashed) > 0, path


def test_the_project_stands_alone(tracked: list[Path]) -> None:
    """Only tests may look at the data beside the project, and they skip without it."""
    needle = "../" + "shared"
    outside_tests = [p for p in tracked if p.suffix in TEXT and p.relative_to(ROOT).parts[0] != "tests"]
    assert not [path for path in outside_tests if needle in path.read_text()]
