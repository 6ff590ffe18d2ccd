"""The words of insight: rhythms, what a figure is about, and by what it is broken down."""

from enum import StrEnum

from django.utils.translation import gettext_lazy as _


class Rhythm(StrEnum):
    """How long a period of a report is."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"


RHYTHM_LABELS = {
    Rhythm.DAY: _("日报"),
    Rhythm.WEEK: _("周报"),
    Rhythm.MONTH: _("月报"),
    Rhythm.QUARTER: _("季报"),
    Rhythm.YEAR: _("年报"),
}


class Subject(StrEnum):
    """What a figure counts."""

    CASES = "cases"
    ORDERS = "orders"


SUBJECT_LABELS = {Subject.CASES: _("报事"), Subject.ORDERS: _("工单")}


class Dimension(StrEnum):
    """By what a figure is broken down. `BUCKET` is the hour, day, week or month within the period."""

    CHANNEL = "channel"
    CATEGORY = "category"
    URGENCY = "urgency"
    TEAM = "team"
    SITE = "site"
    BUCKET = "bucket"


DIMENSION_LABELS = {
    Dimension.CHANNEL: _("渠道"),
    Dimension.CATEGORY: _("类别"),
    Dimension.URGENCY: _("紧急程度"),
    Dimension.TEAM: _("班组"),
    Dimension.SITE: _("项目"),
    Dimension.BUCKET: _("时间"),
}


class Paper(StrEnum):
    """What can be subscribed to."""

    REPORT = "report"
    ANALYSIS = "analysis"


PAPER_LABELS = {Paper.REPORT: _("运营报表"), Paper.ANALYSIS: _("运行分析")}


class Format(StrEnum):
    PDF = "pdf"
    XLSX = "xlsx"


FORMAT_LABELS = {Format.PDF: "PDF", Format.XLSX: "Excel"}


class IssueState(StrEnum):
    """A report for one period: still to be made, made and told, or given up."""

    WAITING = "waiting"
    SENT = "sent"
    FAILED = "failed"


ISSUE_STATE_LABELS = {
    IssueState.WAITING: _("待生成"),
    IssueState.SENT: _("已送达"),
    IssueState.FAILED: _("失败"),
}


class MoneyBy(StrEnum):
    """By what figures of money are broken down. `MONTH`: of the due day."""

    SITE = "site"
    ITEM = "item"
    BUILDING = "building"
    KEEPER = "keeper"
    MONTH = "month"


MONEY_BY_LABELS = {
    MoneyBy.SITE: _("项目"),
    MoneyBy.ITEM: _("收费项目"),
    MoneyBy.BUILDING: _("楼栋"),
    MoneyBy.KEEPER: _("管家"),
    MoneyBy.MONTH: _("应缴月份"),
}


class TakingsBy(StrEnum):
    """By what money received is broken down."""

    DAY = "day"
    METHOD = "method"
    CASHIER = "cashier"
    MONTH = "month"


class Topic(StrEnum):
    """Of which page a figure of money is."""

    COLLECTION = "collection"
    AGEING = "ageing"
    TAKINGS = "takings"
