"""bin/zhongshu foresight learn | predict | report | switch: who is likely to fall into arrears."""

from datetime import date
from typing import Any

from django.core.management.base import CommandParser
from django.utils.translation import gettext as _

from zhongshu.estate.queries import site_by_code
from zhongshu.foresight import actions
from zhongshu.foresight.queries import forecasts
from zhongshu.foresight.queries.telling import forecast_told, learning_told, report_told
from zhongshu.identity.actor import Origin, system_actor
from zhongshu.kernel.clock import now
from zhongshu.kernel.command import ZhongshuCommand
from zhongshu.kernel.errors import Invalid

MOST_SHOWN = 20


class Command(ZhongshuCommand):
    help = "How likely accounts are to reach three months in arrears within six: learn it, foresee it, report on it."

    def add_arguments(self, parser: CommandParser) -> None:
        verbs = parser.add_subparsers(dest="verb", required=True)
        learning = verbs.add_parser("learn", help="from what happened at all sites; takes minutes")
        learning.add_argument("--on", default="", help="as if that day were today, as 2026-01-01")
        looking = verbs.add_parser("predict", help="the accounts of a site, the likeliest first")
        looking.add_argument("--on", default="", help="as of the morning of that day; today without it")
        telling = verbs.add_parser("report", help="what is in use, how good it is, and what came true")
        switching = verbs.add_parser("switch", help="on or off, for a site or (without --site) the company")
        switching.add_argument("position", choices=["on", "off"])
        switching.add_argument("--reason", required=True, help="why; it is kept")
        for verb in (looking, telling, switching):
            verb.add_argument("--site", required=verb is not switching, default="", help="the site's code")
        for verb in (learning, looking, telling, switching):
            verb.add_argument("--json", action="store_true", help="answer in JSON, for a machine to read")

    def handle(self, *_args: Any, **options: Any) -> None:
        getattr(self, f"_{options['verb']}")(options)

    def _learn(self, options: dict[str, Any]) -> None:
        row = actions.learn(actor=_actor(), at=now(), on=_day(options["on"]))
        self.answer(learning_told(row), json=options["json"], text=row.reason)

    def _predict(self, options: dict[str, Any]) -> None:
        site = site_by_code(options["site"])
        done = actions.foresee(actor=_actor(), at=now(), site_id=site.pk, on=_day(options["on"]))
        rows = [forecast_told(row) for row in forecasts.newest(_actor(), site.pk)]
        told = {"site": done.site, "on": done.on, "learned_on": done.learned_on, "accounts": done.accounts}
        lines = [_line(row) for row in rows[:MOST_SHOWN]]
        head = _("%(site)s，%(on)s：看了 %(accounts)s 户。") % told
        self.answer({**told, "forecasts": rows}, json=options["json"], text="\n".join([head, *lines]))

    def _report(self, options: dict[str, Any]) -> None:
        site = site_by_code(options["site"])
        self.answer(report_told(site), json=options["json"])

    def _switch(self, options: dict[str, Any]) -> None:
        site = site_by_code(options["site"]) if options["site"] else None
        row = actions.switch(
            actor=_actor(), at=now(), site=site, is_on=options["position"] == "on", reason=options["reason"]
        )
        told = {"site": site.code if site else None, "on": row.is_on, "reason": row.reason}
        self.answer(told, json=options["json"], text=_("已启用。") if row.is_on else _("已停用，预见已删除。"))


def _actor() -> Any:
    return system_actor(Origin.COMMAND)


def _line(row: dict[str, Any]) -> str:
    why = "；".join(each["text"] for each in row["reasons"] if each["raises"])
    return f"{row['probability']:>6.1%}  {row['account']}  {why}"


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise Invalid(_("日期请写成 2026-01-31 这样。"), field="on") from None
