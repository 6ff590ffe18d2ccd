"""The limitation period is three years; somebody is told after 30 months and after 33 (民法典 188)."""  # matter

from enum import StrEnum
from typing import Final

from django.utils.translation import gettext_lazy as _

ALERT_MONTHS: Final = (30, 33)


class Cause(StrEnum):
    """What the clock began with."""

    DUE = "due"
    DEMAND = "demand"
    PAYMENT = "payment"
    PLAN = "plan"


CAUSE_LABELS = {
    Cause.DUE: _("到期应交"),
    Cause.DEMAND: _("催告送达"),
    Cause.PAYMENT: _("部分交费"),
    Cause.PLAN: _("分期协议"),
}
