"""Why a run could not charge something, or had a doubt."""

from enum import StrEnum

from django.utils.translation import gettext_lazy as _


class Reason(StrEnum):
    NO_TARIFF = "no_tariff"
    NO_AREA = "no_area"
    NO_ACCOUNT = "no_account"
    NO_PAYER = "no_payer"
    NO_READING = "no_reading"
    NO_INPUT = "no_input"
    DIVISION_BY_ZERO = "division_by_zero"
    NEGATIVE = "negative"
    TOO_LARGE = "too_large"
    ZERO = "zero"
    CHARGED_ELSEWHERE = "charged_elsewhere"
    OUT_OF_LINE = "out_of_line"


REASON_LABELS = {
    Reason.NO_TARIFF: _("没有生效的价格"),
    Reason.NO_AREA: _("没有面积"),
    Reason.NO_ACCOUNT: _("没有户主"),
    Reason.NO_PAYER: _("没有开发商账户"),
    Reason.NO_READING: _("没有抄表读数"),
    Reason.NO_INPUT: _("公式缺少数据"),
    Reason.DIVISION_BY_ZERO: _("公式除数为零"),
    Reason.NEGATIVE: _("金额小于零"),
    Reason.TOO_LARGE: _("金额过大"),
    Reason.ZERO: _("金额为零"),
    Reason.CHARGED_ELSEWHERE: _("已向另一户收过"),
    Reason.OUT_OF_LINE: _("与上期相差三倍以上"),
}
REASON_HINTS = {
    Reason.NO_TARIFF: _("给项目提出价格，请另一位同事批准。"),
    Reason.NO_AREA: _("在房产位置里补上面积，或给这个位置约定计费数量。"),
    Reason.NO_ACCOUNT: _("给房屋开户，未售的归开发商账户；不该收的约定免收。"),
    Reason.NO_PAYER: _("约定由开发商付，但项目还没有开发商账户。"),
    Reason.NO_READING: _("补抄表后再出一次账。"),
    Reason.NO_INPUT: _("补上公式用到的数据，如楼层、面积。"),
    Reason.DIVISION_BY_ZERO: _("检查公式和它用到的数据。"),
    Reason.NEGATIVE: _("检查公式和它用到的数据。"),
    Reason.TOO_LARGE: _("检查公式和它用到的数据。"),
    Reason.ZERO: _("确实不收的请约定免收，以免每月提示。"),
    Reason.CHARGED_ELSEWHERE: _("过户前已向原业主出账：冲销原账单后再出一次账，两户按天分摊。"),
    Reason.OUT_OF_LINE: _("已照常出账；请核对，不对的冲销后重出。"),
}
