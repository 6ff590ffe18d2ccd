"""The benches run, small and short: what they print is complete. Never how fast."""

import json
import subprocess
from pathlib import Path

import pytest

BENCH = Path(__file__).resolve().parents[2] / "bin" / "bench"
FLOORED = {"intake": "over HTTP", "list": "lists", "import": "import", "start": "start", "tick": "tick"}


def bench(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([BENCH, *words], capture_output=True, text=True, timeout=900, check=False)


@pytest.mark.slow
@pytest.mark.parametrize(("name", "table"), FLOORED.items())
def test_a_bench_runs_and_leaves_nothing_behind(name: str, table: str) -> None:
    var = BENCH.parents[1] / "var"
    before = set(var.glob(f"bench-{name}-*"))
    done = bench(name, "--quick", "--json")
    assert done.returncode == 0, done.stderr
    report = json.loads(done.stdout)
    assert report["name"] == name
    assert {"cores", "python", "django", "commit", "load_at_start", "load_at_end"} <= set(report["machine"])
    assert report["sizes"]
    assert report["memory"]
    rows = report["tables"][table]
    assert rows
    assert not sum(row.get("errors", 0) for row in rows)
    assert set(var.glob(f"bench-{name}-*")) <= before


def test_without_a_name_it_says_which_there_are() -> None:
    done = bench()
    assert done.returncode != 0
    assert all(f"  {name}" in done.stderr for name in [*FLOORED, "classifier"])
