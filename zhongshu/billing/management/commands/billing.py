"""bin/zhongshu billing formula TEXT, billing run --site CODE --period 2026-01, billing statement ACCOUNT --on DAY."""

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
from zhongshu.billing.queries.statements import Statement, statement
from zhongshu.billing.queries.statements import told as told_statement
from zhongshu.estate.models import Account
from zhongshu.estate.queries import account_named, site_by_code
from zhongshu.identity.actor import Origin, system_actor
from zhongshu.kernel.clock import day_of, now
from zhongshu.kernel.command import ZhongshuCommand
from zhongshu.kernel.errors import Invalid

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
        telling = verbs.add_parser(
            "statement",
            help="what an account owed at the end of a day",
            description="The open charges of an account at the end of a day, past or to come, with late fees to that"
            " day; its credit, months in arrears, and the last day up to which each item is paid without a gap."
            " A period_end is the first day after the period, as everywhere in the API.",
        )
        telling.add_argument("account", help="its number, or its unit's code (who held it that day, else the latest)")
        telling.add_argument("--on", default="", help="the day, as 2026-03-31; today without it")
        telling.add_argument("--site", default="", help="the site's code, where several sites have the account's")
        for verb in (reading, running, telling):
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
        site = site_by_code(options["site"])
        item: ChargeItem | None = item_by_code(site.pk, options["item"]) if options["item"] else None
        act = batch.preview if options["preview"] else batch.run_month
        run = act(
            actor=system_actor(Origin.COMMAND), at=now(), site_id=site.pk, period=_month(options["period"]), item=item
        )
        self.answer({"site": site.code, **told(run)}, json=options["json"], text=_run_told(run))

    def _statement(self, options: dict[str, Any]) -> None:
        on = _day(options["on"]) if options["on"] else day_of(now())
        account = account_named(
            options["account"], on, site_id=site_by_code(options["site"]).pk if options["site"] else None
        )
        found = statement(account.pk, on)
        self.answer(told_statement(account, found), json=options["json"], text=_statement_told(account, found))


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


def _day(text: str) -> date:
    try:
        if not re.fullmatch(r"\d{4}-\d\d-\d\d", text):
            raise ValueError(text)
        return date.fromisoformat(text)
    except ValueError:
        raise Invalid(_("日期请写成 2026-03-31 这样，并且是有的日子。"), field="on") from None


def _statement_told(account: Account, found: Statement) -> str:
    words = {"account": account.number, "name": account.customer.name, "on": found.on}
    head = _("%(account)s %(name)s，截至 %(on)s 日终") % words
    line = _("%(item)s %(since)s 至 %(until)s（不含），%(due)s 到期：未清 %(open)s 元，违约金 %(late)s 元")
    lines = [
        line % {"item": one.item_name, "since": one.period_start, "until": one.period_end, "due": one.due_on,
                "open": one.open_amount, "late": one.late_fee}
        for one in found.lines
    ]  # fmt: skip
    names = ("principal", "late_fees", "credit", "months_in_arrears")
    foot = _(
        "合计：未清 %(principal)s 元，违约金 %(late_fees)s 元；预存款 %(credit)s 元；欠费 %(months_in_arrears)s 个月"
    )
    foot %= {name: getattr(found, name) for name in names}
    paid = [_("%(item)s 已交到：%(day)s") % {"item": code, "day": day or "–"} for code, day in found.paid_until.items()]
    return "\n".join([head, *lines, foot, *paid])


def _run_told(run: BillRun) -> str:
    answer = told(run)
    words = _("%(item)s：%(count)s 笔，%(total)s 元；已有 %(already)s 笔；异常 %(exceptions)s 条")
    lines = [words % each for each in answer["items"]] or [_("这个月没有要出账的项目。")]
    return "\n".join([f"{answer['period']} {RUN_LABELS[RunState(run.state)]}", *lines])
