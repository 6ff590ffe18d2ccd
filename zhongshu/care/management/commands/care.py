"""bin/zhongshu care evaluate|explain|policy|back-test: the score and its table from the command line."""

from datetime import date, datetime, timedelta
from json import dumps
from typing import Any

from django.core.management.base import CommandParser
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from zhongshu.care import actions
from zhongshu.care.actions import Evaluated
from zhongshu.care.engine.back_test import worked_out
from zhongshu.care.kinds import BAND_LABELS
from zhongshu.care.policies.checking import LABELS
from zhongshu.care.policies.reading import read
from zhongshu.care.queries import Explanation, as_told, explain
from zhongshu.care.queries.accounts import scored_account
from zhongshu.care.queries.policies import back_test_told, policy_told
from zhongshu.care.queries.tables import choices_of, policy_then
from zhongshu.estate.queries import site_by_code
from zhongshu.identity.actor import Origin, system_actor
from zhongshu.kernel.clock import SITE_ZONE, day_of, now
from zhongshu.kernel.command import ZhongshuCommand
from zhongshu.kernel.errors import Invalid

_CHOICE = "grace_days=45, arrears_life=none, arrears.6.points=-8, bands.good=85, tiers='[…]'; several or repeated"


class Command(ZhongshuCommand):
    help = (
        "Evaluates the days of a site for the score; explains the score of an account; shows, tries, changes the table."
    )

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
        table = verbs.add_parser("policy", help="the table in force and its versions; with --set a new version of it")
        table.add_argument("--site", default="", help="the site's code; without it the company's table")
        table.add_argument("--on", default="", help="which day's table, as 2026-01-01; today's without it")
        table.add_argument("--starts-on", default="", help="the first day of a new version; tomorrow without it")
        trying = verbs.add_parser("back-test", help="what another table would have done to the last twelve months")
        trying.add_argument("--site", required=True, help="the site's code")
        trying.add_argument("--on", default="", help="the last day looked at, as 2026-01-01; today without it")
        for verb in (table, trying):
            verb.add_argument("--set", nargs="+", action="extend", default=[], metavar="NAME=VALUE", help=_CHOICE)
        for verb in (running, telling, table, trying):
            verb.add_argument("--json", action="store_true", help="answer in JSON, for a machine to read")

    def handle(self, *_args: Any, **options: Any) -> None:
        getattr(self, f"_{options['verb'].replace('-', '_')}")(options)

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

    def _policy(self, options: dict[str, Any]) -> None:
        at, site = now(), site_by_code(options["site"]) if options["site"] else None
        on = _day(options["on"]) or day_of(at)
        if options["set"] or options["starts_on"]:
            on = _day(options["starts_on"], field="starts_on") or day_of(at) + timedelta(days=1)
            site_id = site.pk if site else None
            said = read(options["set"], choices_of(policy_then(site_id, on)))
            actions.change_policy(actor=system_actor(Origin.COMMAND), at=at, site_id=site_id, starts_on=on, **said)
        told = policy_told(site, on)
        self.answer(told, json=options["json"], text=_table_told(told))

    def _back_test(self, options: dict[str, Any]) -> None:
        site, at = site_by_code(options["site"]), now()
        on = _day(options["on"]) or day_of(at)
        said = read(options["set"], choices_of(policy_then(site.pk, on)))
        asked = actions.ask_back_test(actor=system_actor(Origin.COMMAND), at=at, site_id=site.pk, on=on, choices=said)
        told = back_test_told(worked_out(asked.pk, at=now))
        if told["failure"]:
            raise Invalid(_("回测没有算完：%(failure)s") % {"failure": told["failure"]})
        self.answer(told, json=options["json"], text=_back_test_told(told))


def _table_told(told: dict[str, Any]) -> str:
    whose = _("本项目") if told["of"] == "site" else _("公司")
    head = _("%(on)s 执行的是%(whose)s规则第 %(version)s 版，从 %(starts_on)s 起。")
    lines = [f"{LABELS[name]} ({name}): {_one_line(value)}" for name, value in told["choices"].items()]
    return "\n".join([head % {**told, "whose": whose}, *lines])


def _one_line(value: Any) -> str:
    return dumps(value, ensure_ascii=False) if isinstance(value, list | dict) else str(value)


def _back_test_told(told: dict[str, Any]) -> str:
    """The last month's bands and the sums, today's beside the proposed."""
    head = _("%(site)s，%(from)s 至 %(to)s：现行规则 → 试算规则") % told
    rows = [_figures(told["today"]), _figures(told["proposed"])]
    return "\n".join([head, *(f"{label}: {before} → {rows[1][label]}" for label, before in rows[0].items())])


def _figures(side: dict[str, Any]) -> dict[str, int]:
    last = side["bands"][-1]
    return {
        **{str(label): last[band] for band, label in BAND_LABELS.items()},
        _("金章客户"): last["gold"],
        _("分数合计"): side["points"],
        _("任务"): side["tasks"],
        _("文书"): sum(side["letters"].values()),
        _("管家最忙一天的任务"): max((one["busiest"] for one in side["keepers"]), default=0),
    }


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


def _day(text: str, *, field: str = "on") -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise Invalid(_("日期请写成 2026-01-31 这样。"), field=field) from None


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
