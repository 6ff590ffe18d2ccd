"""The words of foresight: what it looks at."""

from enum import StrEnum
from typing import Final

from django.utils.translation import gettext_lazy as _


class Feature(StrEnum):
    """What is known of an account on a morning. Nothing about who somebody is: no age, sex, name, origin or income."""

    OWES_ONE = "owes_one"
    OWES_TWO = "owes_two"
    DAYS_LATE = "days_late"
    LATE_SHARE = "late_share"
    OWED_BEFORE = "owed_before"
    BOUNCED = "bounced"
    PAID_AHEAD = "paid_ahead"
    LATE_REPAIRS = "late_repairs"
    UPHELD = "upheld"
    REOPENED = "reopened"
    NOT_CONTENT = "not_content"
    DISPUTES = "disputes"
    ABSENT = "absent"
    LET = "let"
    HARDSHIP = "hardship"
    NEW = "new"


FEATURES: Final = tuple(Feature)

FEATURE_LABELS = {
    Feature.OWES_ONE: _("现在欠 1 个月"),
    Feature.OWES_TWO: _("现在欠 2 个月"),
    Feature.DAYS_LATE: _("近 12 个月平均晚交的天数"),
    Feature.LATE_SHARE: _("近 12 个月晚交的比例"),
    Feature.OWED_BEFORE: _("近 24 个月有费用拖过 60 天"),
    Feature.BOUNCED: _("近 12 个月有款项退回"),
    Feature.PAID_AHEAD: _("已预交的月数"),
    Feature.LATE_REPAIRS: _("近 6 个月超时的工单"),
    Feature.UPHELD: _("近 6 个月成立的投诉"),
    Feature.REOPENED: _("近 6 个月重新打开的报事"),
    Feature.NOT_CONTENT: _("近 6 个月表示过不满意"),
    Feature.DISPUTES: _("正对费用有异议"),
    Feature.ABSENT: _("无人居住"),
    Feature.LET: _("已出租"),
    Feature.HARDSHIP: _("已知经济困难"),
    Feature.NEW: _("入住不满 12 个月"),
}

COUNTED: Final = frozenset(
    {
        Feature.DAYS_LATE,
        Feature.LATE_SHARE,
        Feature.PAID_AHEAD,
        Feature.LATE_REPAIRS,
        Feature.UPHELD,
        Feature.REOPENED,
    }
)
"""How many or how much; the others are so or not."""

LOWERS: Final = frozenset({Feature.PAID_AHEAD})
EITHER: Final = frozenset({Feature.LET, Feature.NEW})
"""Which way a feature may pull: all others only towards arrears, so that no chance of few rows says that paying late is
a good sign."""

OURS: Final = frozenset({Feature.LATE_REPAIRS, Feature.UPHELD, Feature.REOPENED, Feature.NOT_CONTENT, Feature.DISPUTES})
"""What we did badly, or have to clear up: here the answer is better service, not a reminder."""
