"""The words of remittance: providers and ways to pay, what a callback came to, what finance is told."""

from enum import StrEnum

from django.utils.translation import gettext_lazy as _

from zhongshu.remittance.layouts.spec import Failure


class Provider(StrEnum):
    WECHAT = "wechat"
    ALIPAY = "alipay"


PROVIDER_LABELS = {Provider.WECHAT: _("微信支付"), Provider.ALIPAY: _("支付宝")}


class PayKind(StrEnum):
    """How the payer gets to the provider: a code to scan (native, qr) or an address to go to (h5, page)."""

    NATIVE = "native"
    H5 = "h5"
    PAGE = "page"
    QR = "qr"


PAY_KIND_LABELS = {
    PayKind.NATIVE: _("扫码（微信）"),
    PayKind.H5: _("手机网页"),
    PayKind.PAGE: _("电脑网页"),
    PayKind.QR: _("扫码（支付宝）"),
}

KINDS_OF: dict[Provider, tuple[PayKind, ...]] = {
    Provider.WECHAT: (PayKind.NATIVE, PayKind.H5),
    Provider.ALIPAY: (PayKind.QR, PayKind.H5, PayKind.PAGE),
}
"""What each provider offers; the first is what staff show on a screen."""

SCANNED = frozenset({PayKind.NATIVE, PayKind.QR})


class Verdict(StrEnum):
    """What became of one callback."""

    TAKEN = "taken"
    REPLAYED = "replayed"
    ASKED = "asked"
    ALERTED = "alerted"
    UNKNOWN = "unknown"
    FORGED = "forged"


VERDICT_LABELS = {
    Verdict.TAKEN: _("已处理"),
    Verdict.REPLAYED: _("重复通知"),
    Verdict.ASKED: _("顺序不对，改为查询"),
    Verdict.ALERTED: _("交财务处理"),
    Verdict.UNKNOWN: _("没有这张单"),
    Verdict.FORGED: _("验签不通过"),
}


class AlertKind(StrEnum):
    """Money that did not come as it was asked for: finance looks at each."""

    WRONG_AMOUNT = "wrong_amount"
    LATE = "late"
    PAID_TWICE = "paid_twice"
    UNKNOWN_ORDER = "unknown_order"
    UNKNOWN_REFUND = "unknown_refund"
    REFUND_FAILED = "refund_failed"
    NOT_BOOKED = "not_booked"


ALERT_LABELS = {
    AlertKind.WRONG_AMOUNT: _("金额与订单不符"),
    AlertKind.LATE: _("订单关闭后才到账"),
    AlertKind.PAID_TWICE: _("同一订单付了两次"),
    AlertKind.UNKNOWN_ORDER: _("收到不认识的订单的款"),
    AlertKind.UNKNOWN_REFUND: _("不是在这里发起的退款"),
    AlertKind.REFUND_FAILED: _("退款没有成功"),
    AlertKind.NOT_BOOKED: _("款到了但记不进账"),
}


class LineNature(StrEnum):
    PAYMENT = "payment"
    REFUND = "refund"


LINE_NATURE_LABELS = {LineNature.PAYMENT: _("收款"), LineNature.REFUND: _("退款")}


class LineVerdict(StrEnum):
    """What a line of the day's reconciliation came to."""

    MATCHED = "matched"
    MISSING_HERE = "missing_here"
    MISSING_THERE = "missing_there"
    AMOUNT_DIFFERS = "amount_differs"


LINE_VERDICT_LABELS = {
    LineVerdict.MATCHED: _("一致"),
    LineVerdict.MISSING_HERE: _("账单有，系统没有"),
    LineVerdict.MISSING_THERE: _("系统有，账单没有"),
    LineVerdict.AMOUNT_DIFFERS: _("金额不一致"),
}


FAILURE_LABELS = {
    Failure.INSUFFICIENT: _("余额不足"),
    Failure.CLOSED: _("账户已销户"),
    Failure.FROZEN: _("账户冻结或挂失"),
    Failure.WRONG_NUMBER: _("账号不存在"),
    Failure.WRONG_NAME: _("户名不符"),
    Failure.NOT_AUTHORISED: _("没有签约或已解约"),
    Failure.OVER_LIMIT: _("超过限额"),
    Failure.OTHER: _("其他原因"),
}
#: Asking again without the resident doing something first is of no use.
LASTING = frozenset(Failure) - {Failure.INSUFFICIENT, Failure.OVER_LIMIT, Failure.OTHER}


class BatchState(StrEnum):
    """A batch of direct debits is open until the bank has answered about every line."""

    OPEN = "open"
    SETTLED = "settled"
    CANCELLED = "cancelled"


BATCH_STATE_LABELS = {
    BatchState.OPEN: _("等银行结果"),
    BatchState.SETTLED: _("已完成"),
    BatchState.CANCELLED: _("已作废"),
}


class DebitState(StrEnum):
    """One debit: asked for, then what the bank says of it; cancelled with its batch."""

    ASKED = "asked"
    UNKNOWN = "unknown"
    PAID = "paid"
    FAILED = "failed"
    CANCELLED = "cancelled"


DEBIT_STATE_LABELS = {
    DebitState.ASKED: _("等银行结果"),
    DebitState.UNKNOWN: _("银行未说明"),
    DebitState.PAID: _("扣款成功"),
    DebitState.FAILED: _("扣款失败"),
    DebitState.CANCELLED: _("已作废"),
}
UNANSWERED = (DebitState.ASKED, DebitState.UNKNOWN)


class MatchReason(StrEnum):
    """Why a line of a bank statement may be an account's money."""

    ACCOUNT_NUMBER = "account_number"
    PLACE = "place"
    REMEMBERED = "remembered"
    REMEMBERED_SHARED = "remembered_shared"
    OWNER = "owner"
    MEMBER = "member"
    NAMED = "named"
    OPEN_SUM = "open_sum"
    PART = "part"
    OTHER_PLACE = "other_place"
    CHOSEN = "chosen"


MATCH_REASON_LABELS = {
    MatchReason.ACCOUNT_NUMBER: _("附言写了户号"),
    MatchReason.PLACE: _("附言写了这套房"),
    MatchReason.REMEMBERED: _("这个银行账号以前确认过是这户"),
    MatchReason.REMEMBERED_SHARED: _("这个银行账号以前付过这户，也付过别户"),
    MatchReason.OWNER: _("付款人与业主同名"),
    MatchReason.MEMBER: _("付款人与家庭成员同名"),
    MatchReason.NAMED: _("附言写了业主或家庭成员的姓名"),
    MatchReason.OPEN_SUM: _("金额等于全部欠费"),
    MatchReason.PART: _("金额等于其中几笔欠费"),
    MatchReason.OTHER_PLACE: _("附言写的是另一套房"),
    MatchReason.CHOSEN: _("由人选定"),
}


class StatementState(StrEnum):
    """What became of a line of a bank statement: an account's money; money booked when it was on its way (WeChat Pay,
    Alipay, card terminals) that has now arrived; none of ours. What went out is nobody's payment."""

    OPEN = "open"
    MATCHED = "matched"
    CLEARED = "cleared"
    SET_ASIDE = "set_aside"
    OUTGOING = "outgoing"


STATEMENT_STATE_LABELS = {
    StatementState.OPEN: _("待认领"),
    StatementState.MATCHED: _("已入账"),
    StatementState.CLEARED: _("渠道结算到账"),
    StatementState.SET_ASIDE: _("不入账"),
    StatementState.OUTGOING: _("支出"),
}
