"""The sheets of old books: charges, payments, and both in one line as HC小区管理系统 writes them."""

from typing import Final

from zhongshu.billing.importing.words import MEND_METHOD
from zhongshu.estate.workbooks.sheets import Column, SheetSpec

_PAID: Final = ("实收金额", "收款金额", "缴费金额", "实缴金额", "实收", "实缴", "已缴金额", "付款金额")
_PAID_ON: Final = (
    "缴费日期", "缴费时间", "收款时间", "付款日期", "付款时间", "交易时间", "交易日期", "到账日期", "收费日期",
    "支付时间", "日期",
)  # fmt: skip
_REFERENCE: Final = ("收据号", "票据号", "流水号", "交易号", "单号", "订单号", "收据编号", "凭证编号", "交易流水号")
_WISH: Final = ("收费项目", "费用名称", "费用项目", "指定项目")
_HOME: Final = (
    "房屋编码", "房屋编号", "房间", "房间号", "房间编号", "房号", "房屋号", "房屋地址", "房产", "单元房号", "户号",
    "资源名称", "楼栋房号",
)  # fmt: skip
_ITEM: Final = ("费用名称", "费用项目", "费用项", "收费名称", "费用", "费用类型", "收费科目", "项目", "费项")
_START: Final = (
    "开始日期", "开始时间", "起始日期", "起始时间", "起始", "费用开始日期", "计费开始时间", "账期", "费用期间",
    "所属账期", "费用所属期", "费用月份", "月份", "账单月份",
)  # fmt: skip
_END: Final = ("结束日期", "结束时间", "截止日期", "截止时间", "终止日期", "截止", "费用结束日期", "计费结束时间")
HOME: Final = Column("房屋", "房屋编码（如 1-1-1001）、户号或地址", True, _HOME, is_text=True, width=18)
ITEM: Final = Column("收费项目", "编码或名称", True, _ITEM, width=14)
START: Final = Column(
    "开始", "如 2024-01-01；整月写 2024-01，一段写 2024-01至2024-03", True, _START, is_text=True, width=14
)
END: Final = Column("结束", "含当天，如 2024-01-31；开始写了整月的不用填", also_called=_END, is_text=True, width=14)

CHARGES_SHEET: Final = SheetSpec(
    "费用",
    (
        HOME,
        ITEM,
        START,
        END,
        Column(
            "应缴日期",
            "最晚哪天缴；不填按收费项目的规定",
            also_called=("应收日期", "缴费期限", "缴费截止日", "到期日", "到期日期", "最晚缴费日期", "应缴时间"),
            is_text=True,
            width=14,
        ),
        Column(
            "金额",
            "元；只填应收的，已收的在“收款”里",
            True,
            (
                "应收金额", "应缴金额", "收费金额", "欠费金额", "费用金额", "欠款金额", "应收", "应缴", "欠费", "欠款",
                "应收款", "本金",
            ),
        ),
    ),
    is_main=True,
)  # fmt: skip
PAYMENTS_SHEET: Final = SheetSpec(
    "收款",
    (
        HOME,
        Column("金额", "元", True, _PAID),
        Column(
            "方式",
            MEND_METHOD,
            also_called=("收款方式", "支付方式", "付款方式", "缴费方式", "收费方式", "支付渠道", "付款渠道"),
        ),
        Column(
            "凭证号",
            "收据号或流水号；没有可不填，同样的行只算一笔",
            also_called=_REFERENCE,
            is_text=True,
            width=18,
        ),
        Column(
            "收款日期",
            "钱到的那天",
            True,
            _PAID_ON,
            is_text=True,
            width=14,
        ),
        Column("指定收费项目", "只用来缴这个项目时填", also_called=_WISH, width=14),
    ),
    is_main=True,
)  # fmt: skip
DETAILS_SHEET: Final = SheetSpec(
    "缴费明细",
    (
        HOME,
        ITEM,
        Column("缴费周期", "不导入"),
        START,
        END,
        Column("缴费时间", "钱到的那天；还没缴的不填", also_called=("缴费日期", "收款日期", "收款时间"), is_text=True),
        Column("应缴", "元", True, ("应缴金额", "应收", "应收金额")),
        Column("实缴", "元；还没缴的填 0 或不填", True, ("实缴金额", "实收", "实收金额")),
        Column("收银员", also_called=("收款人", "经办人")),
        Column("备注", also_called=("说明",), width=20),
    ),
    is_main=True,
)
NOTES: Final = (
    "中枢 · 历史账导入模板。表头在第 1 行；有问题的行会单独退回，其余照常导入。同一份文件再导入一次不会重复记账。",
    "房屋可写编码、户号或地址；日期、金额按平常的写法即可；结束日期含当天。",
    "“缴费明细”一行既是应收也是实收，适合从旧系统导出的缴费记录；只有应收或只有实收的，用另一张表。",
)
