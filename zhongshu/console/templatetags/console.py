"""Words and addresses that the screens crossing apps share."""

from datetime import datetime

from django import template
from django.urls import reverse

from zhongshu.kernel.clock import day_of, local, now
from zhongshu.work.models import WorkOrder

register = template.Library()


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
    """Where a message leads on the phone: an order and a task of the score to their pages there."""
    orders, tasks = reverse("work:orders"), f"{reverse('care:tasks')}/"
    if link.startswith(orders) and link != orders:
        return reverse("console:phone_order", args=[link.removeprefix(orders)])
    task = link.removeprefix(tasks)
    return reverse("care:task_on_phone", args=[task]) if link.startswith(tasks) and task.isdecimal() else link
