"""Words and colours that the screens crossing apps share."""

from datetime import datetime, timedelta

from django import template
from django.urls import reverse
from django.utils.translation import gettext as _

from zhongshu.console.queries import category_name
from zhongshu.kernel.clock import day_of, local, now
from zhongshu.work.lifecycle import State
from zhongshu.work.models import WorkOrder
from zhongshu.work.policies.clockwork import Face

register = template.Library()

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
CASE_COLOURS = {"open": "blue", "follow_up": "amber", "closed": "green", "withdrawn": "grey"}


@register.filter
def urgency_colour(urgency: str) -> str:
    """The colour of an urgency's badge."""
    return URGENCY_COLOURS.get(urgency, "grey")


@register.filter
def state_colour(state: str) -> str:
    """The colour of an order's state."""
    return STATE_COLOURS.get(State(state), "grey")


@register.filter
def case_colour(state: str) -> str:
    """The colour of a case's state."""
    return CASE_COLOURS.get(state, "grey")


@register.filter
def category_label(category: str) -> str:
    """The name of a category."""
    return category_name(category)


@register.filter
def clock_words(face: Face) -> str:
    """What is left of a target: 剩 25 分钟, 超时 1 小时 5 分, 已挂起."""
    if face.is_paused:
        return _("已挂起")
    words = _("超时 %(span)s") if face.is_late else _("剩 %(span)s")
    return words % {"span": span(abs(face.remaining))}


@register.filter
def moment(value: datetime | None) -> str:
    """An instant as people say it: 14:07 today, else 03-05 14:07, else with the year."""
    if value is None:
        return ""
    here, today = local(value), day_of(now())
    if here.date() == today:
        return here.strftime("%H:%M")
    return here.strftime("%m-%d %H:%M" if here.year == today.year else "%Y-%m-%d %H:%M")


@register.filter
def order_url(order: WorkOrder, noun: str) -> str:
    """The address of a move of an order: `/orders/<number>/<noun>`."""
    return f"{reverse('work:order', args=[order.number]).rstrip('/')}/{noun}"


@register.filter
def phone_link(link: str) -> str:
    """Where a message leads on the phone: an order to its page there."""
    desk = reverse("work:orders")
    return (
        reverse("console:phone_order", args=[link.removeprefix(desk)])
        if link.startswith(desk) and link != desk
        else link
    )


def span(length: timedelta) -> str:
    """A length of time in its two largest units: 2 天 3 小时, 3 小时 10 分, 25 分钟."""
    minutes = int(length.total_seconds() // 60)
    days, hours = divmod(minutes // 60, 24)
    if days:
        return _("%(days)d 天 %(hours)d 小时") % {"days": days, "hours": hours}
    if hours:
        return _("%(hours)d 小时 %(minutes)d 分") % {"hours": hours, "minutes": minutes % 60}
    return _("%(minutes)d 分钟") % {"minutes": minutes}
