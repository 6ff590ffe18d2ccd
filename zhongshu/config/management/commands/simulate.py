"""`bin/zhongshu simulate --seed N --days D --units U [--faults]`: a small company lives in a throw-away database."""

import logging
import sys
from argparse import ArgumentParser
from datetime import date
from typing import Any

from zhongshu.config.tick import tick
from zhongshu.kernel.command import ZhongshuCommand
from zhongshu.simulation.progress import Bar
from zhongshu.simulation.throwaway import throwaway
from zhongshu.simulation.trial import SHRINK_SECONDS, Plan, Trial, answer, days_of

_NOTE = "The server of DATABASE_URL is not ours to restart: where it would have been, our sessions were ended."


class Command(ZhongshuCommand):
    help = "Lets a small company live for days in a throw-away database, and looks every day at what must hold."
    needs_tables = False

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--seed", type=int, required=True, help="the same seed lives the same story")
        length = parser.add_mutually_exclusive_group()
        length.add_argument("--days", type=int, default=30)
        length.add_argument("--months", type=int, help="so many calendar months instead; 24 are two full years")
        parser.add_argument("--units", type=int, default=100, help="dwellings of the site")
        parser.add_argument("--faults", action="store_true", help="let things go wrong")
        parser.add_argument("--only", metavar="IDS", help="live these happenings alone, ids separated by commas")
        parser.add_argument(
            "--shrink-seconds", type=float, default=SHRINK_SECONDS, help="how long to look for the shortest story"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        plan = Plan(
            seed=options["seed"],
            days=days_of(options["months"]) if options["months"] else options["days"],
            units=options["units"],
            faults=options["faults"],
            only=options["only"].split(",") if options["only"] is not None else None,
        )
        logging.getLogger("zhongshu").setLevel(logging.CRITICAL)  # what fails is found in the tables
        with throwaway() as database, Bar(self.stderr) as bar:
            trial = Trial(plan, database, tick=lambda at: tick(at=at))
            lived = trial.run(
                shrink_seconds=options["shrink_seconds"],
                after_day=lambda nth, day: _show(bar, nth + 1, plan.days, day),
            )
            found = answer(plan, lived, note="" if database.can_restart or not plan.faults else _NOTE)
        self.answer(found, json=options["json"], text=_in_words(found))
        if not found["ok"]:
            sys.exit(1)


def _show(bar: Bar, lived: int, days: int, day: date) -> None:
    """Every day where somebody watches, else a line for each thirtieth."""
    if bar.is_terminal or lived % 30 == 0:
        bar.show(lived / days, day.isoformat())


def _in_words(found: dict[str, Any]) -> str:
    lived = ", ".join(f"{count} {what.replace('_', ' ')}" for what, count in found["lived"].items())
    faults = ", ".join(f"{name} {count}×" for name, count in found["faults_injected"].items())
    lines = [f"seed {found['seed']}: lived {lived}", *([f"faults: {faults}"] if faults else [])]
    if found["ok"]:
        return "\n".join([*lines, "every promise held", *([found["note"]] if found["note"] else [])])
    lines += [f"BROKEN on {v['day']}: {v['invariant']}: {v['what']}" for v in found["violations"]]
    return "\n".join([*lines, "the shortest story found:", *found["story"], f"again: {found['again']}"])
