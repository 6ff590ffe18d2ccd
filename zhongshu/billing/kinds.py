"""The words of billing."""

from enum import StrEnum

from django.utils.translation import gettext_lazy as _


class Method(StrEnum):
    """How the amount of a charge comes about."""

    AREA_GROSS = "area_gross"
    AREA_NET = "area_net"
    FIXED = "fixed"
    METERED = "metered"
    SHARED = "shared"
    RENT = "rent"
    ONE_OFF = "one_off"
    DEPOSIT = "deposit"
    FORMULA = "formula"
    LATE_FEE = "late_fee"


METHOD_LABELS = {
    Method.AREA_GROSS: _("建筑面积×单价"),
    Method.AREA_NET: _("套内面积×单价"),
    Method.FIXED: _("固定金额"),
    Method.METERED: _("按表计量"),
    Method.SHARED: _("公共分摊"),
    Method.RENT: _("合同租金"),
    Method.ONE_OFF: _("一次性"),
    Method.DEPOSIT: _("押金"),
    Method.FORMULA: _("自定义公式"),
    Method.LATE_FEE: _("违约金"),
}


class Cycle(StrEnum):
    MONTH = "month"
    QUARTER = "quarter"
    HALF_YEAR = "half_year"
    YEAR = "year"


CYCLE_LABELS = {Cycle.MONTH: _("月"), Cycle.QUARTER: _("季"), Cycle.HALF_YEAR: _("半年"), Cycle.YEAR: _("年")}
CYCLE_MONTHS = {Cycle.MONTH: 1, Cycle.QUARTER: 3, Cycle.HALF_YEAR: 6, Cycle.YEAR: 12}


class Timing(StrEnum):
    """Whether a period is charged at its start or after its end."""

    ADVANCE = "advance"
    ARREARS = "arrears"


TIMING_LABELS = {Timing.ADVANCE: _("预收"), Timing.ARREARS: _("后收")}


class Payer(StrEnum):
    """Who is asked first; the owner stays answerable."""

    OWNER = "owner"
    OCCUPANT = "occupant"
    DEVELOPER = "developer"


PAYER_LABELS = {Payer.OWNER: _("业主"), Payer.OCCUPANT: _("使用人"), Payer.DEVELOPER: _("开发商")}


class PaymentMethod(StrEnum):
    CASH = "cash"
    POS = "pos"
    TRANSFER = "transfer"
    WECHAT = "wechat"
    ALIPAY = "alipay"
    DIRECT_DEBIT = "direct_debit"
    CARD = "card"
    DEPOSIT = "deposit"
    OTHER = "other"


PAYMENT_METHOD_LABELS = {
    PaymentMethod.CASH: _("现金"),
    PaymentMethod.POS: _("刷卡"),
    PaymentMethod.TRANSFER: _("转账"),
    PaymentMethod.WECHAT: _("微信支付"),
    PaymentMethod.ALIPAY: _("支付宝"),
    PaymentMethod.DIRECT_DEBIT: _("银行代扣"),
    PaymentMethod.CARD: _("一卡通"),
    PaymentMethod.DEPOSIT: _("押金抵扣"),
    PaymentMethod.OTHER: _("其他"),
}


BY_ITSELF = (PaymentMethod.CARD, PaymentMethod.DEPOSIT)
"""Money that is here already: the counter moves it from a card or a deposit; nobody says that it came in this way."""


class OutflowKind(StrEnum):
    """How received money leaves an account without clearing a charge."""

    BOUNCE = "bounce"
    REFUND = "refund"


OUTFLOW_LABELS = {OutflowKind.BOUNCE: _("退票撤销"), OutflowKind.REFUND: _("退款")}


class ReliefKind(StrEnum):
    """How a charge is cleared without money."""

    REVERSAL = "reversal"
    WAIVER = "waiver"
    WRITE_OFF = "write_off"
    DISCOUNT = "discount"


RELIEF_LABELS = {
    ReliefKind.REVERSAL: _("冲销"),
    ReliefKind.WAIVER: _("减免"),
    ReliefKind.WRITE_OFF: _("坏账核销"),
    ReliefKind.DISCOUNT: _("优惠"),
}


class SettleOrder(StrEnum):
    """Within one debt."""

    PRINCIPAL_FIRST = "principal_first"
    LATE_FEE_FIRST = "late_fee_first"


SETTLE_ORDER_LABELS = {
    SettleOrder.PRINCIPAL_FIRST: _("先本金后违约金"),
    SettleOrder.LATE_FEE_FIRST: _("先违约金后本金"),
}


class BillingMode(StrEnum):
    LUMP_SUM = "lump_sum"
    REMUNERATION = "remuneration"


BILLING_MODE_LABELS = {BillingMode.LUMP_SUM: _("包干制"), BillingMode.REMUNERATION: _("酬金制")}


class ReadingSource(StrEnum):
    PHONE = "phone"
    PAGE = "page"
    WORKBOOK = "workbook"
    API = "api"
    ESTIMATE = "estimate"


READING_SOURCE_LABELS = {
    ReadingSource.PHONE: _("手机抄表"),
    ReadingSource.PAGE: _("网页录入"),
    ReadingSource.WORKBOOK: _("表格导入"),
    ReadingSource.API: _("接口"),
    ReadingSource.ESTIMATE: _("估读"),
}


class SharingBasis(StrEnum):
    AREA = "area"
    HOUSEHOLD = "household"
    FLOOR_FACTOR = "floor_factor"


SHARING_BASIS_LABELS = {
    SharingBasis.AREA: _("按面积"),
    SharingBasis.HOUSEHOLD: _("按户"),
    SharingBasis.FLOOR_FACTOR: _("按楼层系数"),
}


class ContractKind(StrEnum):
    ADVERTISING = "advertising"
    PREMISES = "premises"
    KIOSK = "kiosk"
    PARKING = "parking"
    OTHER = "other"


CONTRACT_KIND_LABELS = {
    ContractKind.ADVERTISING: _("广告位"),
    ContractKind.PREMISES: _("场地房屋"),
    ContractKind.KIOSK: _("摊位设备"),
    ContractKind.PARKING: _("车位"),
    ContractKind.OTHER: _("其他经营"),
}


class Part(StrEnum):
    """What of a debt money clears."""

    PRINCIPAL = "principal"
    LATE_FEE = "late_fee"


PART_LABELS = {Part.PRINCIPAL: _("本金"), Part.LATE_FEE: _("违约金")}


class OrderUsed(StrEnum):
    """Which rule let money clear a charge: it stands on the receipt."""

    WISH = "wish"
    CONTRACT = "contract"
    LAW = "law"
    CREDIT = "credit"
    PREPAYMENT = "prepayment"


ORDER_USED_LABELS = {
    OrderUsed.WISH: _("按付款人指定"),
    OrderUsed.CONTRACT: _("按合同约定的顺序"),
    OrderUsed.LAW: _("按民法典第560条的顺序"),
    OrderUsed.CREDIT: _("预存款自动抵扣"),
    OrderUsed.PREPAYMENT: _("预交抵扣"),
}
