"""The workbook of complaints from old books: each becomes a closed case with its judgement; taken row by row."""

import re
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any, Final

from django.db import connection, transaction
from django.utils.translation import gettext_lazy as _

from zhongshu.cases.engine.history import OldComplaint, write
from zhongshu.cases.kinds import SEVERITY_LABELS, ComplaintKind, Severity
from zhongshu.cases.models import Judgement
from zhongshu.cases.permissions import JUDGE_COMPLAINTS
from zhongshu.cases.policies.complaints import BANDS, is_in_band, is_upheld
from zhongshu.estate.importing.homes import MEND_HOME, Home, Homes
from zhongshu.estate.models import Account
from zhongshu.estate.workbooks import registry
from zhongshu.estate.workbooks.cells import BadCell, plain_text_of, text_of
from zhongshu.estate.workbooks.reading import Table, is_filled, rows_of
from zhongshu.estate.workbooks.sheets import Column, Report, Row, SheetSpec
from zhongshu.estate.workbooks.spans import exact_day
from zhongshu.identity.actor import Actor
from zhongshu.identity.models import Site
from zhongshu.kernel.clock import SITE_ZONE, day_of

_NOON: Final = time(12)
_LONGEST: Final = 4000
_CHUNK: Final = 20_000
_MEND_DAY: Final = "请写成 2024-03-05"
_MEND_BAND: Final = "请按级别的扣分范围填；级别不对的改级别"
_UPHELD: Final = {
    **dict.fromkeys(("是", "有效", "有效投诉", "属实", "成立", "对", "y", "yes", "1", "true"), True),
    **dict.fromkeys(
        (
            "否", "无效", "无效投诉", "非有效", "非有效投诉", "不属实", "不成立", "非", "n", "no", "0", "false", "建议",
            "非有效投诉及建议",
        ),
        False,
    ),
}  # fmt: skip
_SEVERITIES: Final = (
    (re.compile(r"非有效|无效|建议|不成立|不属实|not_?upheld"), Severity.NOT_UPHELD),
    (re.compile(r"重大|特大|严重|major"), Severity.MAJOR),
    (re.compile(r"中等|中度|中级|较大|较重|medium|^中$"), Severity.MEDIUM),
    (re.compile(r"一般|普通|轻微|轻度|ordinary"), Severity.ORDINARY),
)
_POINTS: Final = re.compile(r"(?:扣|减)?([-+−]?\d{1,3})(?:\.0+)?分?")
SHEET: Final = SheetSpec(
    "投诉",
    (
        Column(
            "房屋",
            "房屋编码（如 1-1-1001）、户号或地址",
            True,
            ("房屋编码", "房间", "房间号", "房号", "房屋编号", "户号", "投诉房屋", "地址"),
            is_text=True,
            width=18,
        ),
        Column("投诉日期", "", True, ("投诉时间", "受理日期", "受理时间", "日期", "登记日期"), is_text=True),
        Column("内容", "投诉了什么", True, ("投诉内容", "事由", "投诉事项", "描述", "情况"), width=40),
        Column("是否有效", "是 或 否；建议填 否", also_called=("有效", "有效性", "是否成立", "是否属实")),
        Column("级别", "一般、中等、重大；无效的不填", also_called=("投诉级别", "等级", "投诉等级", "严重程度")),
        Column("扣分", "无效和建议 1，一般 2–5，中等 6–10，重大 11–50", also_called=("分值", "扣分值", "分数")),
        Column(
            "判定日期",
            "不填按投诉日期",
            also_called=("判定时间", "裁定日期", "裁定时间", "认定日期", "处理日期"),
            is_text=True,
        ),
    ),
    is_main=True,
)
_NOTES: Final = (
    "中枢 · 历史投诉导入模板。表头在第 1 行；有问题的行会单独退回，其余照常导入。同一份文件再导入一次不会重复。",
    "每一行成为一件已经关闭的投诉，判定和扣分照旧，不派单、不计时、不通知任何人。还没有判定的投诉请在系统里登记。",
)


@dataclass(frozen=True, slots=True)
class Ruling:
    """How a complaint was judged; `points` are negative."""

    severity: Severity
    points: int


def ruling(upheld: Any, level: Any, points: Any) -> Ruling:
    """What the three cells say together. Raises BadCell where they say too little, contradict each other, or give
    points outside the band of the severity."""
    said, severity, number = _said_upheld(upheld), _said_severity(level), _said_points(points)
    if said is False and severity not in (None, Severity.NOT_UPHELD):
        raise BadCell(f"是否有效写的是“{text_of(upheld)}”，级别却是“{text_of(level)}”")
    if said is True and severity == Severity.NOT_UPHELD:
        raise BadCell(f"是否有效写的是“{text_of(upheld)}”，级别却是“{text_of(level)}”")
    severity = Severity.NOT_UPHELD if said is False else severity or _severity_of(number, upheld=said)
    if severity is None:
        raise BadCell("没有写判定的级别和扣分")
    if number is None and severity != Severity.NOT_UPHELD:
        raise BadCell("没有写扣分")
    number = BANDS[severity][0] if number is None else number
    if not is_in_band(severity, number):
        raise BadCell(f"{SEVERITY_LABELS[severity]}的扣分范围是 {_band(severity)}，这里是 {number}")
    return Ruling(severity, number)


def _band(severity: Severity) -> str:
    most, least = BANDS[severity]
    return f"{most}" if most == least else f"{most} … {least}"


def _said_upheld(cell: Any) -> bool | None:
    text = _word(cell)
    if text and text not in _UPHELD:
        raise BadCell(f"“{text[:20]}”看不出是否有效，请填 是 或 否")
    return _UPHELD.get(text)


def _said_severity(cell: Any) -> Severity | None:
    text = _word(cell)
    found = next((severity for words, severity in _SEVERITIES if words.search(text)), None)
    if text and found is None:
        raise BadCell(f"不认识级别“{text[:20]}”，请填 一般、中等 或 重大")
    return found


def _said_points(cell: Any) -> int | None:
    text = _word(cell)
    if not text:
        return None
    found = _POINTS.fullmatch(text)
    if not found:
        raise BadCell(f"扣分“{text[:20]}”不是整数")
    return -abs(int(found[1].replace("−", "-")))


def _severity_of(points: int | None, *, upheld: bool | None) -> Severity | None:
    """The one in whose band the points lie; what is upheld costs more than one."""
    if points is None:
        return None
    fits = (each for each in Severity if is_in_band(each, points) and (upheld is None or is_upheld(each) == upheld))
    return next(fits, None)


def _word(cell: Any) -> str:
    return re.sub(r"[\s()\[\]【】]", "", plain_text_of(cell)).lower()


@transaction.atomic
def take_complaints(actor: Actor, at: datetime, site: Site, tables: dict[str, Table], is_written: bool) -> Report:
    """What the sheet would do; done, but for the rows refused, if `is_written`. Two at once follow each other."""
    actor.require(JUDGE_COMPLAINTS, site.pk)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('cases.history'), %s)", [site.pk % 2**31])
    report, today, table = Report(), day_of(at), tables.get(SHEET.title)
    reading = _Reading(Homes(site.pk), _customers(site), at, today)
    rows = rows_of(table, SHEET, report, today=today) if table else []
    told = [(row, one) for row in rows if (one := reading.complaint(row)) is not None]
    new = _new(site, told)
    if is_written:
        write(new, site=site, actor=actor)
    return report


def _customers(site: Site) -> dict[int, int]:
    return dict(Account.objects.filter(site=site).values_list("pk", "customer_id"))


@dataclass(frozen=True, slots=True)
class _Reading:
    homes: Homes
    customers: dict[int, int]
    at: datetime
    today: date

    def complaint(self, row: Row) -> OldComplaint | None:
        """None where something in the row is refused."""
        home, day = self._home(row), self._day(row, "投诉日期", is_needed=True)
        text, ruled = self._text(row), self._ruling(row)
        judged = self._day(row, "判定日期") if is_filled(row.cells.get("判定日期")) else day
        if not (home and day and text and ruled and judged):
            return None
        if judged < day:
            row.wrong("判定日期", f"判定日期 {judged} 在投诉日期 {day} 之前", "请核对两个日期")
            return None
        account_id = self.homes.account_on(home, day)
        if account_id is None:
            row.wrong("房屋", f"{home.code} 还没有户主，不知道是谁投诉的", "请先导入或登记这套房的业主")
            return None
        is_suggestion = "建议" in row.plain("级别") + row.plain("是否有效")
        return OldComplaint(
            account_id, self.customers[account_id], home.place_id, home.code, text,
            ComplaintKind.SUGGESTION if is_suggestion else ComplaintKind.COMPLAINT,
            ruled.severity, ruled.points, self._noon(day), self._noon(judged),
        )  # fmt: skip

    def _noon(self, day: date) -> datetime:
        return min(datetime.combine(day, _NOON, SITE_ZONE), self.at)

    def _home(self, row: Row) -> Home | None:
        try:
            if is_filled(row.cells.get("房屋")):
                return self.homes.find(row.cells["房屋"])
            row.wrong("房屋", "缺少房屋", MEND_HOME)
        except BadCell as bad:
            row.wrong("房屋", str(bad), MEND_HOME)
        return None

    def _day(self, row: Row, title: str, *, is_needed: bool = False) -> date | None:
        try:
            day = exact_day(row.cells.get(title), today=self.today)
        except BadCell as bad:
            row.wrong(title, str(bad), _MEND_DAY)
            return None
        if day is None and is_needed:
            row.wrong(title, f"缺少{title}", _MEND_DAY)
        if day is not None and day > self.today:
            row.wrong(title, f"{title} {day} 在今天之后", "请核对年份")
            return None
        return day

    @staticmethod
    def _text(row: Row) -> str:
        text = row.name("内容", longest=_LONGEST)
        if not text:
            row.wrong("内容", "缺少内容", "请写投诉了什么")
        return text

    @staticmethod
    def _ruling(row: Row) -> Ruling | None:
        try:
            return ruling(row.cells.get("是否有效"), row.cells.get("级别"), row.cells.get("扣分"))
        except BadCell as bad:
            row.wrong("扣分", str(bad), _MEND_BAND)
            return None


def _new(site: Site, told: list[tuple[Row, OldComplaint]]) -> list[tuple[str, OldComplaint]]:
    """Those that are not there yet, by number; one that is there and was never judged so is refused."""
    numbered = [(row, one.number(site, day_of(one.said_at)), one) for row, one in told]
    there = _there(site, [number for _row, number, _one in numbered])
    new: list[tuple[str, OldComplaint]] = []
    for row, number, one in numbered:
        judged, before = (one.severity.value, one.points), there.setdefault(number, [])
        if before and judged not in before:
            label = SEVERITY_LABELS[Severity(before[-1][0])]
            row.wrong("扣分", f"这件投诉已经有了（{number}），判定是{label} {before[-1][1]}", "要改判请在系统里改")
            continue
        new += [] if before else [(number, one)]
        row.report.took(is_new=not before)
        row.report.count("complaint", "unchanged" if before else "created")
        before.append(judged)
    return new


def _there(site: Site, numbers: list[str]) -> dict[str, list[tuple[str, int]]]:
    """Severity and points of every judgement there was, by number of the case."""
    there: dict[str, list[tuple[str, int]]] = {}
    for begin in range(0, len(numbers), _CHUNK):
        chunk = numbers[begin : begin + _CHUNK]
        rows = Judgement.objects.filter(site=site, case__number__in=chunk, reverses=None).order_by("pk")
        for number, severity, points in rows.values_list(*_JUDGED):
            there.setdefault(number, []).append((severity, points))
    return there


_JUDGED: Final = ("case__number", "severity", "points")
WORKBOOK: Final = registry.declare(
    registry.WorkbookKind(
        name="complaints",
        label=_("历史投诉"),
        right=JUDGE_COMPLAINTS,
        specs=(SHEET,),
        notes=_NOTES,
        take=take_complaints,
        rows=None,
        is_by_row=True,
    )
)
