"""`bin/test`: everything that must hold, in the order in which it is cheapest to learn that it does not."""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from xml.etree import ElementTree

import _bootstrap

NO_TESTS_COLLECTED = 5
WORKERS = "2"
RESULTS = _bootstrap.REPOSITORY / "var" / "test-results"

TOOLS = _bootstrap.PYTHON.parent
PYTHON = str(_bootstrap.PYTHON)
STATIC_CHECKS = {
    "ruff check": [str(TOOLS / "ruff"), "check"],
    "ruff format": [str(TOOLS / "ruff"), "format", "--check"],
    "mypy": [PYTHON, "-m", "mypy"],
    "import contracts": [PYTHON, str(TOOLS / "lint-imports")],
    "migrations": [PYTHON, "-m", "zhongshu", "makemigrations", "--check", "--dry-run"],
    "tables for the tests": [PYTHON, "-m", "tests.template"],
}


def main() -> int:
    options, for_pytest = _options()
    os.chdir(_bootstrap.REPOSITORY)
    os.environ["ZHONGSHU_DATA"] = str(_bootstrap.REPOSITORY / "var" / "test")
    _bootstrap.enter("dev")
    import _browser
    import _ready

    _browser.prepare()
    _ready.pages()
    _ready.database()
    _hasten()
    return _chosen_tests(for_pytest, everything=options.all) if for_pytest else _all_tests(options.all)


def _hasten() -> None:
    from tests.template import hasten
    from zhongshu.kernel.database import Server, data_dir

    if not os.environ.get("DATABASE_URL"):
        hasten(Server(data_dir()))


def _options() -> tuple[argparse.Namespace, list[str]]:
    parser = argparse.ArgumentParser(
        prog="bin/test",
        usage="bin/test [--all] [pytest's arguments]",
        description="Checks and tests everything; with arguments for pytest, only runs those tests.",
    )
    parser.add_argument("--all", action="store_true", help="also the slow tests, and which lines they reach")
    return parser.parse_known_args()


def _chosen_tests(for_pytest: Sequence[str], *, everything: bool) -> int:
    marks = [] if everything or "-m" in for_pytest else ["-m", "not slow"]
    return subprocess.run([PYTHON, "-m", "pytest", *marks, *for_pytest], check=False).returncode


def _all_tests(everything: bool) -> int:
    """Gives the first failure's exit code; the last line counts the tests."""
    shutil.rmtree(RESULTS, ignore_errors=True)
    RESULTS.mkdir(parents=True)
    slow = "" if everything else " and not slow"
    counted = ["--cov"] if everything else []  # to count lines costs every third second
    return (
        _static_checks()
        or _tests("tests on the database", f"not browser{slow}", *counted)
        or _tests("browser tests", f"browser{slow}")
        or (_step("coverage", [PYTHON, "-m", "coverage", "report"]) if everything else 0)
        or _count()
    )


def _static_checks() -> int:
    """Runs them two at a time and all to the end, so that one run shows everything to mend."""
    with ThreadPoolExecutor(2) as pool:
        codes = list(pool.map(lambda title: _quiet_step(title, STATIC_CHECKS[title]), STATIC_CHECKS))
    return max(codes)


def _tests(title: str, marks: str, *coverage: str) -> int:
    report = RESULTS / f"{title.replace(' ', '-')}.xml"
    in_parallel = ["-n", WORKERS, "-m", marks, "-q"]
    kept = [*(coverage and (*coverage, "--cov-report=", "--cov-fail-under=0")), f"--junitxml={report}"]
    code = _step(title, [PYTHON, "-m", "pytest", *in_parallel, *kept])
    if code not in (0, NO_TESTS_COLLECTED):
        _count()
    return 0 if code == NO_TESTS_COLLECTED else code


def _count() -> int:
    """Prints the sum of all test runs in the words of a test runner; no test at all is a failure."""
    found = failed = skipped = 0
    for report in RESULTS.glob("*.xml"):
        for suite in ElementTree.parse(report).getroot().iter("testsuite"):  # noqa: S314
            found += int(suite.get("tests", 0))
            failed += int(suite.get("failures", 0)) + int(suite.get("errors", 0))
            skipped += int(suite.get("skipped", 0))
    print(f"{found - failed - skipped} passed, {failed} failed, {skipped} skipped", flush=True)
    return 0 if found else NO_TESTS_COLLECTED


def _step(title: str, command: list[str]) -> int:
    print(f"── {title}", flush=True)
    started = time.monotonic()
    code = subprocess.run(command, check=False).returncode
    _say_end(title, code, started)
    return code


def _quiet_step(title: str, command: list[str]) -> int:
    started = time.monotonic()
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
    print(f"── {title}\n{done.stdout if done.returncode else ''}", end="", flush=True)
    _say_end(title, done.returncode, started)
    return done.returncode


def _say_end(title: str, code: int, started: float) -> None:
    outcome = "ok" if code == 0 else f"failed with code {code}"
    print(f"── {title}: {outcome}, {time.monotonic() - started:.1f} s", flush=True)


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)
