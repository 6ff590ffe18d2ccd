"""bin/zhongshu billing formula TEXT, billing run --site CODE --period 2026-01: charging from the command line."""

import re
from datetime import date
from typing import Any

from django.core.management.base import CommandParser
from django.utils.translation import gettext as _

from zhongshu.billing import batch, formula
from zhongshu.billing.lifecycle import RUN_LABELS, RunState
from zhongshu.billing.models import BillRun, ChargeItem
from zhongshu.billing.queries.items import item_by_code
from zhongshu.billing.queries.runs import told
from zhongshu.identity.actor import Origin, system_actor
from zhongshu.identity.queries import site_of_code
from zhongshu.kernel.clock import now
from zhongshu.kernel.command import ZhongshuCommand
from zhongshu.kernel.errors import Invalid, NotFound

_WITHOUT_TABLES = ("formula",)


class Command(ZhongshuCommand):
    help = "Reads a formula of charges; issues the charges of a month."

    def add_arguments(self, parser: CommandParser) -> None:
        verbs = parser.add_subparsers(dest="verb", required=True)
        reading = verbs.add_parser("formula", help="whether a formula is understood, and if not, where and why")
        reading.add_argument("text", help="such as 房屋面积*单价+附加费")  # matter
        # a formula may begin with a minus: only words that are options here are options
        reading._negative_number_matcher = re.compile("-(?!-json$)")
        running = verbs.add_parser("run", help="the charges of a site's month, issued or only looked at")
        running.add_argument("--site", required=True, help="the site's code")
        running.add_argument("--period", required=True, help="the month, as 2026-01")
        running.add_argument("--item", default="", help="the code of one charge item; without it all that are due")
        running.add_argument("--preview", action="store_true", help="only tell what would be issued")
        for verb in (reading, running):
            verb.add_argument("--json", action="store_true", help="answer in JSON, for a machine to read")

    def execute(self, *args: Any, **options: Any) -> str | None:
        self.needs_tables = options["verb"] not in _WITHOUT_TABLES
        return super().execute(*args, **options)

    def handle(self, *_args: Any, **options: Any) -> None:
        getattr(self, f"_{options['verb']}")(options)

    def _formula(self, options: dict[str, Any]) -> None:
        answer = formula.answer(options["text"])
        self.answer(answer, json=options["json"], text=_told(answer))

    def _run(self, options: dict[str, Any]) -> None:
        site = site_of_code(options["site"])
        if site is None:
            raise NotFound(_("没有编码为“%(code)s”的项目，或者您无权访问。") % {"code": options["site"]}, field="site")
        item: ChargeItem | None = item_by_code(site.pk, options["item"]) if options["item"] else None
        act = batch.preview if options["preview"] else batch.run_month
        run = act(
            actor=system_actor(Origin.COMMAND), at=now(), site_id=site.pk, period=_month(options["period"]), item=item
        )
        self.answer({"site": site.code, **told(run)}, json=options["json"], text=_run_told(run))


def _told(answer: formula.Answer) -> str:
    error = answer["error"]
    if error is None:
        return _("看懂了：%(normalised)s") % {"normalised": answer["normalised"]}
    words = {"place": error["position"] + 1, "reason": error["reason"], "suggestion": error["suggestion"]}
    return _("第 %(place)s 个字符：%(reason)s\n是否要写：%(suggestion)s") % words


def _month(text: str) -> date:
    try:
        return date.fromisoformat(f"{text}-01")
    except ValueError:
        raise Invalid(_("账期请写成 2026-01 这样。"), field="period") from None


def _run_told(run: BillRun) -> str:
    answer = told(run)
    words = _("%(item)s：%(count)s 笔，%(total)s 元；已有 %(already)s 笔；异常 %(exceptions)s 条")
    lines = [words % each for each in answer["items"]] or [_("这个月没有要出账的项目。")]
    return "\n".join([f"{answer['period']} {RUN_LABELS[RunState(run.state)]}", *lines])
