"""bin/zhongshu care evaluate --site CODE --on 2026-01-01, care explain ACCOUNT: the score from the command line."""

from datetime import date, datetime
from typing import Any

from django.core.management.base import CommandParser
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from zhongshu.care import actions
from zhongshu.care.actions import Evaluated
from zhongshu.care.kinds import BAND_LABELS
from zhongshu.care.queries import Explanation, as_told, explain
from zhongshu.care.queries.accounts import scored_account
from zhongshu.estate.queries import site_by_code
from zhongshu.identity.actor import Origin, system_actor
from zhongshu.kernel.clock import SITE_ZONE, day_of, now
from zhongshu.kernel.command import ZhongshuCommand
from zhongshu.kernel.errors import Invalid


class Command(ZhongshuCommand):
    help = "Evaluates the days of a site for the score; explains the score of an account."

    def add_arguments(self, parser: CommandParser) -> None:
        verbs = parser.add_subparsers(dest="verb", required=True)
        running = verbs.add_parser("evaluate", help="every day of a site that was missed, up to one")
        running.add_argument("--site", required=True, help="the site's code")
        running.add_argument("--on", default="", help="the last day to evaluate, as 2026-01-01; today without it")
        telling = verbs.add_parser("explain", help="every point in the score of an account on a day")
        telling.add_argument("account", help="its number, or its unit's code (who held it that day, else the latest)")
        telling.add_argument("--on", default="", help="the day, as 2026-01-01; today without it")
        telling.add_argument("--as-known-at", default="", help="what was shown then, as 2026-01-01T09:30:00+08:00")
        telling.add_argument("--site", default="", help="the site's code, where several sites have the account's")
        for verb in (running, telling):
            verb.add_argument("--json", action="store_true", help="answer in JSON, for a machine to read")

    def handle(self, *_args: Any, **options: Any) -> None:
        getattr(self, f"_{options['verb']}")(options)

    def _evaluate(self, options: dict[str, Any]) -> None:
        site, at = site_by_code(options["site"]), now()
        done = actions.evaluate(
            actor=system_actor(Origin.COMMAND), at=at, site_id=site.pk, on=_day(options["on"]) or day_of(at)
        )
        if done.from_on is None and options["json"]:
            self.stderr.write(_evaluated(done))
        self.answer(_counts(done), json=options["json"], text=_evaluated(done))

    def _explain(self, options: dict[str, Any]) -> None:
        on = _day(options["on"]) or day_of(now())
        site_id = site_by_code(options["site"]).pk if options["site"] else None
        account = scored_account(options["account"], on, site_id=site_id)
        shown = explain(account.pk, on, _instant(options["as_known_at"]))
        self.answer(as_told(shown), json=options["json"], text=_explained(shown))


def _counts(done: Evaluated) -> dict[str, Any]:
    names = ("accounts_changed", "entries", "tasks", "notices")
    told: dict[str, Any] = {"site": done.site, "from": done.from_on, "to": done.to_on}
    return told | {name: getattr(done, name) for name in names}


def _evaluated(done: Evaluated) -> str:
    if done.from_on is None:
        return _("%(site)s 的 %(day)s 已经评估过，没有再做什么。") % {"site": done.site, "day": done.to_on}
    words = _(
        "%(site)s：评估了 %(from)s 至 %(to)s，%(accounts_changed)s 户有变化，%(entries)s 条记分，%(tasks)s 项任务，"
        "%(notices)s 份文书。"
    )
    return words % _counts(done)


def _explained(shown: Explanation) -> str:
    words = {"account": shown.account, "on": shown.on, "score": shown.score, "band": BAND_LABELS[shown.band]}
    head = _("%(account)s 在 %(on)s：%(score)s 分，%(band)s") % words
    return "\n".join([head, *(f"{line.effective_on}  {line.points:+d}  {line.reason}" for line in shown.entries)])


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise Invalid(_("日期请写成 2026-01-31 这样。"), field="on") from None


def _instant(text: str) -> datetime | None:
    """An instant without a zone is the wall clock of the sites."""
    if not text:
        return None
    try:
        at = parse_datetime(text)
    except ValueError:
        at = None
    if at is None:
        raise Invalid(_("时刻请写成 2026-01-31T09:30:00+08:00 这样。"), field="as_known_at")
    return at if at.tzinfo else at.replace(tzinfo=SITE_ZONE)
