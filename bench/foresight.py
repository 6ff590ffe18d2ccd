"""How well foresight judges months it has not seen, of a long history lived by rules we planted; and how long it takes.

Households live through so many months (`bench.lives`); the formula is learned from the earlier ones as the weekly job
would, and measured on the last. Beside it: who always says the base rate, and who goes by the months owed now alone.
The weights found stand beside those planted; what was not planted should weigh nothing.
"""

from __future__ import annotations

import time
from datetime import date
from typing import Any

from bench import kit
from bench.kit import Report
from bench.lives import PLANTED, at, firsts, lived, written

BEGIN = date(2021, 1, 1)


def main() -> None:
    given = kit.options(
        __doc__.split("\n", 1)[0],
        ("--households", {"type": int, "default": 1500}),
        ("--months", {"type": int, "default": 60}),
        ("--seed", {"type": int, "default": 1}),
    )
    size, months = (320, 36) if given.quick else (given.households, given.months)
    report = Report("foresight", sizes={"households": size, "months": months})
    with kit.throw_away("foresight"):
        kit.zhongshu("migrate", "-v0")
        _measure(report, size, months, given.seed)
    report.notes = ["Aim: better than the base rate with 95 % certainty; planted causes found, nothing else."]
    report.show(as_json=given.json)


def _measure(report: Report, size: int, months: int, seed: int) -> None:
    from zhongshu.foresight import actions
    from zhongshu.foresight.queries.state import formula_of, quality_of
    from zhongshu.identity.actor import system_actor

    written(lived(size, BEGIN, months, seed), BEGIN, months, code="LIVES")
    began, today = time.perf_counter(), at(firsts(BEGIN, months + 1)[-1])
    row = actions.learn(actor=system_actor(), at=today)
    seconds = time.perf_counter() - began
    quality = quality_of(row)
    figures = {name: getattr(quality, name) for name in ("brier", "base_brier", "rule_brier", "skill", "skill_from")}
    report.tables["quality"] = [
        {
            "seed": seed,
            "learned rows": row.rows,
            "tested": quality.rows,
            "fell": quality.happened,
            **{name: round(value, 4) for name, value in figures.items()},
            "AUC": round(quality.order, 3),
            "error": round(quality.error, 4),
            "learn s": round(seconds, 1),
            "foresee s": _foreseen(today),
        }
    ]
    report.tables["reliability"] = [_bin(each) for each in quality.bins]
    weights = formula_of(row).weights
    report.tables["weights"] = [
        {"feature": str(name), "planted": PLANTED.get(name, "–"), "found": round(weight, 2)}
        for name, weight in weights.items()
        if weight
    ]


def _foreseen(today: Any) -> float:
    """The list of the whole site."""
    from zhongshu.foresight import actions
    from zhongshu.identity.actor import system_actor
    from zhongshu.identity.models import Site

    actor = system_actor()
    actions.switch(actor=actor, at=today, site=None, is_on=True, reason="bench")
    began = time.perf_counter()
    actions.foresee(actor=actor, at=today, site_id=Site.objects.get().pk)
    return round(time.perf_counter() - began, 2)


def _bin(each: Any) -> dict[str, Any]:
    return {
        "foreseen": f"{each.low:.0%}–{each.high:.0%}",
        "cases": each.count,
        "mean foreseen": f"{each.foreseen:.1%}",
        "happened": f"{each.happened:.1%}",
    }
