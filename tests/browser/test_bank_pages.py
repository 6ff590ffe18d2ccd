"""The cashier's morning with the bank: a result comes back, a statement comes in, money finds its account."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.cast import Cast
from tests.remittance.bank import Bank
from zhongshu.billing.models import Payment
from zhongshu.identity.roles import Role
from zhongshu.kernel.clock import now

SignIn = Callable[..., Page]
STATEMENT = """交易日期,收入,支出,对方户名,对方账号,附言,流水号
2026-11-01,419.56,,王小明,6222020200112233445,1期1栋1单元101物业费,HX1
2026-11-01,88.00,,某人,,来源不明,HX2
"""


@pytest.mark.django_db(transaction=True)
def test_a_result_and_a_statement(
    cast: Cast,
    at_desk: SignIn,
    on_phone: SignIn,
    look: Callable[..., None],
    accessible: Callable[[Page], None],
) -> None:
    bank = Bank.build(cast, now())
    bank.home("101", "王小明", "209.78", "209.78")
    bank.home("102", "李雷", "150.00")
    bank.allows("102")
    batch = bank.batch()
    page = at_desk(cast.user(Role.CASHIER, cast.yql))
    result = {"name": "result.txt", "mimeType": "text/plain", "buffer": bank.answer(batch, "1001")}
    statement = {"name": "statement.csv", "mimeType": "text/csv", "buffer": STATEMENT.encode("gbk")}

    page.goto(f"/remittance/debits/{batch.pk}")
    page.get_by_label("银行结果文件").set_input_files(result)
    page.get_by_role("button", name="导入结果").click()
    expect(page.get_by_text("余额不足").last).to_be_visible()
    accessible(page)
    look(page, "debit-batch")

    page.goto("/remittance/statements/import")
    page.get_by_label("银行账户").select_option(label="物业费收款户")
    page.get_by_label("对账单").set_input_files(statement)
    page.get_by_role("button", name="导入").click()
    expect(page.get_by_text("金额等于全部欠费")).to_be_visible()
    accessible(page)
    look(page, "statement-lines")
    page.get_by_role("button", name="把 419.56 入账给 H101").click()
    expect(page.get_by_text("王小明")).to_have_count(0)
    assert Payment.objects.get().reference == "HX1"
    phone = on_phone(cast.user(Role.CASHIER, cast.yql))
    phone.goto("/remittance/statements")
    look(phone, "statement-lines-phone")
    phone.get_by_role("link", name="去认领").click()
    accessible(phone)
    look(phone, "statement-line-phone", whole=True)
