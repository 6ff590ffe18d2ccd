"""Words and colours of orders and clocks, for every page that shows them."""

from datetime import datetime, timedelta

from django import forms, template
from django.forms import BoundField
from django.urls import reverse
from django.utils.translation import gettext as _

from zhongshu.work.kinds import LEVEL_LABELS, Level, category_name
from zhongshu.work.lifecycle import VERB_LABELS, State, Verb
from zhongshu.work.models import ContractorJob, WorkOrder
from zhongshu.work.policies.clockwork import Face

register = template.Library()
register.filter(category_name)

URGENCY_COLOURS = {"P1": "red", "P2": "red-soft", "P3": "amber", "P4": "grey"}
STATE_COLOURS = {
    State.NEW: "red-soft",
    State.DISPATCHED: "amber",
    State.ACCEPTED: "blue",
    State.TRAVELLING: "blue",
    State.ON_SITE: "blue",
    State.DONE: "green",
    State.SIGNED_OFF: "green",
    State.OBJECTED: "red-soft",
    State.REOPENED: "red-soft",
}


@register.filter
def urgency_badge(urgency: str) -> str:
    """The colour of an urgency's badge."""
    return URGENCY_COLOURS.get(urgency, "grey")


@register.filter
def state_badge(state: str) -> str:
    """The colour of a state's badge."""
    return STATE_COLOURS.get(State(state), "grey")


@register.filter
def verb_label(verb: str) -> str:
    """The name of a move."""
    return str(VERB_LABELS[Verb(verb)])


@register.filter
def level_label(level: str) -> str:
    """How far the search for somebody went."""
    return str(LEVEL_LABELS[Level(level)])


@register.filter
def is_box(field: BoundField) -> bool:
    """Whether the field is a single box to tick."""
    return isinstance(field.field.widget, forms.CheckboxInput)


@register.filter
def extra_url(order: WorkOrder, noun: str) -> str:
    """Where something about the order is written down."""
    return reverse(f"work:{noun.replace('-', '_')}", kwargs={"number": order.number})


@register.filter
def is_late_contractor(job: ContractorJob, at: datetime) -> bool:
    """Whether the contractor came, or is still to come, later than agreed."""
    return (job.arrived_at or job.recalled_at or at) > job.arrive_by


@register.filter
def time_left(face: Face) -> str:
    """What is left of a target: 剩 25 分钟, 超时 1 小时 5 分, 已挂起; of a stopped one, whether it was met."""
    if face.is_paused:
        return _("已挂起，余 %(span)s") % {"span": span(face.remaining)}
    if not face.is_running:
        return _("超时 %(span)s") % {"span": span(-face.remaining)} if face.is_late else _("按时")
    words = _("超时 %(span)s") if face.is_late else _("剩 %(span)s")
    return words % {"span": span(abs(face.remaining))}


def span(length: timedelta) -> str:
    """A length of time in its two largest units: 2 天 3 小时, 3 小时 10 分, 25 分钟."""
    minutes = int(length.total_seconds() // 60)
    days, hours = divmod(minutes // 60, 24)
    if days:
        return _("%(days)d 天 %(hours)d 小时") % {"days": days, "hours": hours}
    if hours:
        return _("%(hours)d 小时 %(minutes)d 分") % {"hours": hours, "minutes": minutes % 60}
    return _("%(minutes)d 分钟") % {"minutes": minutes}
