"""Words and colours of the quality department."""

from django import template
from django.utils.translation import gettext as _

from zhongshu.quality.kinds import InquiryState
from zhongshu.work.policies.measures import MEASURE_LABELS, Measure

register = template.Library()
COLOURS = {InquiryState.OPEN: "amber", InquiryState.ANSWERED: "blue", InquiryState.CLOSED: "green"}


@register.filter
def inquiry_badge(state: str) -> str:
    """The colour of a state's badge."""
    return COLOURS[InquiryState(state)]


@register.filter
def measure_label(measure: str) -> str:
    """The name of a measure."""
    return str(MEASURE_LABELS[Measure(measure)])


@register.filter
def promised(minutes: int | None) -> str:
    """A promise in its largest whole unit: 15 分钟, 4 小时, 2 天."""
    if minutes is None:
        return "—"
    if minutes % (24 * 60) == 0:
        return _("%(n)s 天") % {"n": minutes // (24 * 60)}
    if minutes % 60 == 0:
        return _("%(n)s 小时") % {"n": minutes // 60}
    return _("%(n)s 分钟") % {"n": minutes}


CHANGED = {
    "acknowledge_minutes": lambda: _("接单"),
    "arrive_minutes": lambda: _("到场"),
    "finish_minutes": lambda: _("完工"),
    "close_minutes": lambda: _("办结"),
    "follow_up_percent": lambda: _("回访比例（%）"),
    "follow_up_hours": lambda: _("回访时限（小时）"),
}


@register.filter
def column_label(name: str) -> str:
    """What a number of a promise is."""
    return CHANGED[name]()


@register.filter
def changed_value(value: int | None, name: str) -> str:
    """A number as its column shows it."""
    return promised(value) if name.endswith("_minutes") else str(value)
