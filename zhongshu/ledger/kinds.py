"""The words of ledger: funds, the chart of accounts, kinds of entries."""

from dataclasses import dataclass
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Fund(StrEnum):
    """Money kept apart. All but `operating` is other people's: the maintenance fund and the common-area revenue belong
    to the owners (民法典 281, 282), deposits to whoever paid them."""  # matter

    OPERATING = "operating"
    MAINTENANCE_FUND = "maintenance_fund"
    COMMON_AREA_REVENUE = "common_area_revenue"
    DEPOSITS = "deposits"


FUND_LABELS = {
    Fund.OPERATING: _("经营资金"),
    Fund.MAINTENANCE_FUND: _("维修资金"),
    Fund.COMMON_AREA_REVENUE: _("公共收益"),
    Fund.DEPOSITS: _("押金"),
}


class AccountKind(StrEnum):
    """What an account shows; assets and expenses grow by debits, the others by credits."""

    ASSET = "asset"
    LIABILITY = "liability"
    INCOME = "income"
    EXPENSE = "expense"


ACCOUNT_KIND_LABELS = {
    AccountKind.ASSET: _("资产"),
    AccountKind.LIABILITY: _("负债"),
    AccountKind.INCOME: _("收入"),
    AccountKind.EXPENSE: _("费用"),
}


@dataclass(frozen=True, slots=True)
class Heading:
    """An account as the chart knows it, the same in every fund of every site."""

    code: str
    name: str | Promise
    kind: AccountKind


CASH = "1001"
BANK = "1002"
CLEARING = "1012"
"""On the way to the bank: WeChat Pay, Alipay, card terminals, direct debit."""
RECEIVABLE = "1122"
BAD_DEBT = "1231"
INTERFUND = "1999"
"""What one fund owes another; over all funds of a site it comes to zero."""
CREDIT = "2203"
"""Paid in advance: contract liabilities."""
VAT_OUTPUT = "2221"
DEPOSITS = "2241"
CARD = "2242"
OWNERS_FUND = "3001"
"""What the fund owes the owners."""
INCOME = "6001"
LATE_FEE_INCOME = "6051"
OTHER_INCOME = "6301"
COSTS = "6401"
BANK_FEES = "6603"
RELIEF_EXPENSE = "6701"
WRITE_OFF = "6702"

CHART = {
    heading.code: heading
    for heading in (
        Heading(CASH, _("库存现金"), AccountKind.ASSET),
        Heading(BANK, _("银行存款"), AccountKind.ASSET),
        Heading(CLEARING, _("在途资金"), AccountKind.ASSET),
        Heading(RECEIVABLE, _("应收账款"), AccountKind.ASSET),
        Heading(BAD_DEBT, _("坏账准备"), AccountKind.ASSET),
        Heading(INTERFUND, _("资金间往来"), AccountKind.ASSET),
        Heading(CREDIT, _("预收款"), AccountKind.LIABILITY),
        Heading(VAT_OUTPUT, _("应交税费（销项税额）"), AccountKind.LIABILITY),
        Heading(DEPOSITS, _("应退押金"), AccountKind.LIABILITY),
        Heading(CARD, _("一卡通储值"), AccountKind.LIABILITY),
        Heading(OWNERS_FUND, _("业主共有资金"), AccountKind.LIABILITY),
        Heading(INCOME, _("主营业务收入"), AccountKind.INCOME),
        Heading(LATE_FEE_INCOME, _("违约金收入"), AccountKind.INCOME),
        Heading(OTHER_INCOME, _("其他收入"), AccountKind.INCOME),
        Heading(COSTS, _("服务成本"), AccountKind.EXPENSE),
        Heading(BANK_FEES, _("手续费"), AccountKind.EXPENSE),
        Heading(RELIEF_EXPENSE, _("减免优惠"), AccountKind.EXPENSE),
        Heading(WRITE_OFF, _("坏账核销"), AccountKind.EXPENSE),
    )
}

SUB_LEDGERED = frozenset({RECEIVABLE, CREDIT, DEPOSITS, CARD})
"""Accounts whose every leg has its counterpart in another app's books, person by person: never posted by hand."""


class LedgerEntryKind(StrEnum):
    """What an entry records. `source` says which row of which app."""

    CHARGES = "charges"
    CHARGE_REVERSAL = "charge_reversal"
    PAYMENT = "payment"
    BOUNCE = "bounce"
    CREDIT_DRAWN = "credit_drawn"
    LATE_FEES = "late_fees"
    RELIEF = "relief"
    WRITE_OFF = "write_off"
    REFUND = "refund"
    DEPOSIT = "deposit"
    CARD = "card"
    CASH_COUNT = "cash_count"
    SETTLEMENT = "settlement"
    MANUAL = "manual"
    REVERSAL = "reversal"
    OTHER = "other"


EntryKind = LedgerEntryKind
"""Its name in code; the API's description knows classes by their own names, and another app has an EntryKind."""

ENTRY_KIND_LABELS = {
    EntryKind.CHARGES: _("计费"),
    EntryKind.CHARGE_REVERSAL: _("费用冲销"),
    EntryKind.PAYMENT: _("收款"),
    EntryKind.BOUNCE: _("收款退回"),
    EntryKind.CREDIT_DRAWN: _("预存抵扣"),
    EntryKind.LATE_FEES: _("违约金"),
    EntryKind.RELIEF: _("减免"),
    EntryKind.WRITE_OFF: _("核销"),
    EntryKind.REFUND: _("退款"),
    EntryKind.DEPOSIT: _("押金收退"),
    EntryKind.CARD: _("一卡通"),
    EntryKind.CASH_COUNT: _("现金盘点"),
    EntryKind.SETTLEMENT: _("资金到账"),
    EntryKind.MANUAL: _("手工凭证"),
    EntryKind.REVERSAL: _("红字冲销"),
    EntryKind.OTHER: _("其他"),
}


class VoucherState(StrEnum):
    """An entry by hand waits for a second person."""

    OPEN = "open"
    POSTED = "posted"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"


VOUCHER_STATE_LABELS = {
    VoucherState.OPEN: _("待复核"),
    VoucherState.POSTED: _("已记账"),
    VoucherState.DECLINED: _("已退回"),
    VoucherState.WITHDRAWN: _("已撤回"),
}
