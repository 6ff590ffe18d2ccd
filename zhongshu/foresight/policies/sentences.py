"""Reasons in plain words."""

from django.utils.translation import gettext as _

from zhongshu.foresight.kinds import COUNTED, Feature


def sentence(feature: Feature, value: float) -> str:
    """What is known of the account, whichever way it pulls."""
    return _counted(feature, value) if feature in COUNTED else _present(feature)


def _counted(feature: Feature, value: float) -> str:
    words = {
        Feature.DAYS_LATE: _("近 12 个月平均晚交 %(n)s 天") if value else _("近 12 个月都按时交费"),
        Feature.LATE_SHARE: _("近 12 个月有 %(percent)s%% 的月份晚交") if value else _("近 12 个月没有晚交过"),
        Feature.PAID_AHEAD: _("已预交 %(n)s 个月") if value else _("没有预交"),
        Feature.LATE_REPAIRS: _("近 6 个月有 %(n)s 个工单超时") if value else _("近 6 个月没有超时的工单"),
        Feature.UPHELD: _("近 6 个月有 %(n)s 次投诉成立") if value else _("近 6 个月没有成立的投诉"),
        Feature.REOPENED: _("近 6 个月有 %(n)s 件报事重新打开") if value else _("近 6 个月没有重新打开的报事"),
    }[feature]
    return words % {"n": f"{value:.0f}", "percent": f"{100 * value:.0f}"}


def _present(feature: Feature) -> str:
    return {
        Feature.OWES_ONE: _("现在欠 1 个月"),
        Feature.OWES_TWO: _("现在欠 2 个月"),
        Feature.OWED_BEFORE: _("近 24 个月有费用拖过 60 天"),
        Feature.BOUNCED: _("近 12 个月有款项退回"),
        Feature.NOT_CONTENT: _("近 6 个月表示过不满意"),
        Feature.DISPUTES: _("正对费用有异议"),
        Feature.ABSENT: _("无人居住"),
        Feature.LET: _("已出租"),
        Feature.HARDSHIP: _("已知经济困难"),
        Feature.NEW: _("入住不满 12 个月"),
    }[feature]
