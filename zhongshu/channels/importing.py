"""The workbook of the hotline: one order sheet a row, whatever the city calls its columns."""

import re
from collections import defaultdict
from datetime import datetime
from typing import Any, Final

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from zhongshu.channels.actions.hotline import SheetNews, receive_sheet
from zhongshu.channels.kinds import HOTLINE_KIND_LABELS, HotlineKind
from zhongshu.channels.models import HotlineSheet
from zhongshu.channels.permissions import HOTLINE
from zhongshu.channels.policies.hotline import end_of, midnight
from zhongshu.channels.queries.hotline import RUNNING
from zhongshu.estate.workbooks import registry
from zhongshu.estate.workbooks.reading import Table, rows_of
from zhongshu.estate.workbooks.sheets import Column, Report, Row, SheetSpec
from zhongshu.identity.actor import Actor
from zhongshu.identity.models import Site
from zhongshu.kernel.clock import SITE_ZONE, day_of, local
from zhongshu.kernel.errors import Invalid

_KINDS: Final = {
    "咨询": HotlineKind.ENQUIRY, "求助": HotlineKind.HELP, "求决": HotlineKind.HELP, "投诉": HotlineKind.COMPLAINT,
    "举报": HotlineKind.REPORT, "建议": HotlineKind.SUGGESTION, "意见": HotlineKind.SUGGESTION,
    "表扬": HotlineKind.SUGGESTION, "其他": HotlineKind.OTHER,
}  # fmt: skip
SHEET: Final = SheetSpec(
    "12345工单",
    (
        Column("工单编号", "热线平台的编号，不重复", is_required=True, is_text=True, width=20,
               also_called=("工单号", "编号", "受理编号", "受理单号", "诉求编号", "工单流水号", "派单编号")),
        Column("来电人", "", also_called=("来电人姓名", "诉求人", "联系人", "姓名", "市民姓名", "反映人", "投诉人")),
        Column("电话", "", is_text=True, width=16,
               also_called=("来电号码", "联系电话", "电话号码", "来电人电话", "手机号", "联系方式", "市民电话")),
        Column("诉求内容", "", is_required=True, width=40,
               also_called=("内容", "问题描述", "工单内容", "反映内容", "主要内容", "诉求描述", "事项内容")),
        Column("地址", "", width=24,
               also_called=("事发地址", "诉求地址", "地点", "发生地址", "问题地址", "事发地点", "详细地址")),
        Column("转办时间", "如 2026-11-04 09:30；不填为导入时", is_text=True, width=18,
               also_called=("派单时间", "交办时间", "派发时间", "转派时间", "下派时间", "来电时间", "受理时间")),
        Column("办理时限", "如 2026-11-10；不填按类型推算", is_text=True, width=18,
               also_called=("截止时间", "办结时限", "办理期限", "到期时间", "要求办结时间", "反馈时限", "处置时限")),
        Column("类型", "咨询、求助、投诉、举报、建议", also_called=("诉求类型", "工单类型", "类别", "诉求类别")),
    ),
    is_main=True,
)  # fmt: skip
_NOTES: Final = (
    "中枢 · 12345 工单导入模板。一行一张工单；有任何一行出错就什么都不导入。",
    "编号已有、内容相同的行不产生任何变化；编号已有、内容不同的算一次催办。",
)
_TIME: Final = re.compile(r"(\d{1,2})[:：时](\d{1,2})")


@transaction.atomic
def take_sheets(actor: Actor, at: datetime, site: Site, tables: dict[str, Table], is_written: bool) -> Report:
    """What the workbook would do; done, if `is_written` and nothing is wrong."""
    actor.require(HOTLINE, site.pk)
    report, table = Report(), tables.get(SHEET.title)
    read = [(row, _read(row)) for row in rows_of(table, SHEET, report, today=day_of(at))] if table else []
    known = _known(site)
    for row, news in read:
        _count(row, news, known)
    if is_written and not report.errors:
        for row, news in read:
            _take(actor, at, site, row, news)
    return report


def _read(row: Row) -> SheetNews:
    number, text = row.code("工单编号"), row.plain("诉求内容")
    for title, value, most in (("工单编号", number, 40), ("诉求内容", text, 4000)):
        if not value:
            row.wrong(title, f"缺少{title}")
        elif len(value) > most:
            row.wrong(title, f"太长：{len(value)} 个字，最多 {most} 个字")
    return SheetNews(
        number=number,
        text=text,
        kind=_kind(row),
        caller_name=row.name("来电人", longest=40),
        caller_phone=_phone(row),
        address=row.name("地址", longest=200),
        transferred_at=_instant(row, "转办时间", is_end=False),
        reply_due_at=_instant(row, "办理时限", is_end=True),
    )


def _kind(row: Row) -> HotlineKind:
    """投诉举报 is what its first word says; an unknown one is other, and said."""
    said = row.plain("类型")
    found = min((said.index(word), kind) for word, kind in _KINDS.items() if word in said) if _names(said) else None
    if said and found is None:
        row.notice("类型", f"不认识类型“{said[:20]}”，按其他类处理")
    return found[1] if found else HotlineKind.OTHER


def _names(said: str) -> bool:
    return any(word in said for word in _KINDS)


def _phone(row: Row) -> str:
    """The first number of the cell; words like 保密 are none."""
    digits = re.findall(r"\+?\d[\d\- ]{5,18}\d", row.code("电话"))
    return digits[0][:20] if digits else ""


def _instant(row: Row, title: str, *, is_end: bool) -> datetime | None:
    """A day with or without a time; a mere day ends with the offices, and begins at midnight."""
    cell = row.cells.get(title)
    if isinstance(cell, datetime) and (cell.hour or cell.minute):
        return cell.replace(tzinfo=SITE_ZONE)
    day = row.day(title)
    if day is None:
        return None
    time = _TIME.search(row.plain(title).partition(" ")[2]) if isinstance(cell, str) else None
    if time and int(time[1]) < 24 and int(time[2]) < 60:
        return datetime(day.year, day.month, day.day, int(time[1]), int(time[2]), tzinfo=SITE_ZONE)
    return end_of(day) if is_end else midnight(day)


def _known(site: Site) -> dict[str, set[str]]:
    """The texts that each number has come with."""
    known: dict[str, set[str]] = defaultdict(set)
    for number, *texts in HotlineSheet.objects.filter(site=site).values_list("number", "case__text", "pressed__text"):
        known[number] |= {text for text in texts if text}
    return known


def _count(row: Row, news: SheetNews, known: dict[str, set[str]]) -> None:
    texts = known.setdefault(news.number, set())
    what = "unchanged" if news.text in texts else "updated" if texts else "created"
    if what == "updated":
        row.notice("工单编号", f"{news.number} 已有，内容不同的记为催办")
    texts.add(news.text)
    row.report.count("sheet", what)


def _take(actor: Actor, at: datetime, site: Site, row: Row, news: SheetNews) -> None:
    try:
        receive_sheet(actor=actor, at=at, site=site, news=news)
    except Invalid as refusal:
        row.wrong("工单编号", refusal.message)


def rows_of_sheets(site: Site, at: datetime) -> dict[str, list[list[Any]]]:
    """The sheets that are still in hand, in the columns that the import takes."""
    sheets = HotlineSheet.objects.filter(site=site, state__in=RUNNING).select_related("case").order_by("pk")
    return {SHEET.title: [_row(sheet) for sheet in sheets]}


def _row(sheet: HotlineSheet) -> list[Any]:
    case = sheet.case
    times = [local(moment).strftime("%Y-%m-%d %H:%M") for moment in (sheet.transferred_at, sheet.reply_due_at)]
    kind = str(HOTLINE_KIND_LABELS[HotlineKind(sheet.kind)])
    return [sheet.number, case.caller_name, case.caller_phone, case.text, case.place_text, *times, kind]


HOTLINE_WORKBOOK: Final = registry.declare(
    registry.WorkbookKind(
        name="hotline",
        label=_("12345工单"),
        right=HOTLINE,
        specs=(SHEET,),
        notes=_NOTES,
        take=take_sheets,
        rows=rows_of_sheets,
    )
)
