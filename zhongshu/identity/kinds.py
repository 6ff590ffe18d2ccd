"""The words of identity."""

from enum import StrEnum

from django.utils.translation import gettext_lazy as _


class OperatingModel(StrEnum):
    """How a site takes in and hands out its work."""

    CENTRE = "centre"
    LEAN = "lean"
    SMALL = "small"


OPERATING_MODEL_LABELS = {
    OperatingModel.CENTRE: _("客服中心"),
    OperatingModel.LEAN: _("无前台"),
    OperatingModel.SMALL: _("小项目"),
}
