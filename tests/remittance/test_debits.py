"""Direct debit: who is asked, what the bank answers, what is booked, and nothing twice."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client

from tests.cast import Cast
from tests.remittance.bank import DAY, Bank
from zhongshu.billing.models import Dispute, Payment
from zhongshu.estate.models import KeeperTerritory, Place
from zhongshu.identity.roles import Role
from zhongshu.kernel.clock import day_of, now
from zhongshu.kernel.errors import NotFound
from zhongshu.ledger.kinds import BANK, Fund
from zhongshu.ledger.queries import balance
from zhongshu.messaging.models import Message
from zhongshu.remittance import actions
from zhongshu.remittance.errors import AlreadyDone, NothingToCollect, Overlapping
from zhongshu.remittance.layouts.trouble import FileRefused
from zhongshu.remittance.models import DebitAuthorisation, DebitLine


@pytest.fixture
def bank(cast: Cast, noon: datetime) -> Bank:
    bank = Bank.build(cast, noon)
    bank.home("101", "王小明", "209.78", "209.78")
    bank.home("102", "李雷", "150.00")
    bank.home("103", "韩梅梅", "88.00")
    for room in ("101", "102"):
        bank.allows(room)
    return bank


def test_who_authorised_and_owes_is_asked_and_each_answer_counts_once(bank: Bank) -> None:
    batch = bank.batch()
    assert bank.lines(batch) == [("H101", "419.56", "asked"), ("H102", "150.00", "asked")]
    assert (batch.count, str(batch.total)) == (2, "569.56")
    result = bank.answer(batch, "0000", "1001")
    assert bank.takes(batch, result) == 2
    assert bank.lines(batch) == [("H101", "419.56", "paid"), ("H102", "150.00", "failed")]
    payment = Payment.objects.get()
    assert (str(payment.amount), payment.method, payment.reference) == ("419.56", "direct_debit", f"{batch.number}-1")
    assert payment.debit_line.account_id == payment.account_id == bank.homes["101"].pk
    assert (bank.owes("101"), bank.owes("102")) == (0, 150)
    assert balance(bank.ours.site_id, Fund.OPERATING, BANK) == payment.amount
    batch.refresh_from_db()
    assert batch.state == "settled"
    bank.takes(batch, result)
    assert Payment.objects.count() == 1


def test_what_failed_is_asked_again_with_the_next_batch(bank: Bank) -> None:
    first = bank.batch()
    with pytest.raises(NothingToCollect):  # all of it is on its way
        bank.batch()
    bank.takes(first, bank.answer(first, "0000", "1001"))
    assert bank.lines(bank.batch()) == [("H102", "150.00", "asked")]


def test_what_is_unknown_waits_until_a_file_or_a_person_knows(bank: Bank) -> None:
    batch = bank.batch()
    bank.takes(batch, bank.answer(batch, "9999", "9999"))
    assert bank.lines(batch) == [("H101", "419.56", "unknown"), ("H102", "150.00", "unknown")]
    with pytest.raises(NothingToCollect):
        bank.batch()
    assert bank.takes(batch, bank.answer(batch, "0000", "9999")) == 1
    last = DebitLine.objects.get(batch=batch, sequence=2)
    said = {"actor": bank.cashier, "at": bank.at, "line_id": last.pk, "reason": "银行电话答复"}
    actions.settle_debit(**said, is_paid=False, collected_on=None)
    batch.refresh_from_db()
    assert batch.state == "settled"
    with pytest.raises(AlreadyDone):
        actions.settle_debit(**said, is_paid=True, collected_on=DAY("2026-11-04"))
    with pytest.raises(FileRefused, match="已按另一结果处理过"):
        bank.takes(batch, bank.answer(batch, "0000", "0000"))


def test_a_foreign_result_changes_nothing(bank: Bank) -> None:
    batch = bank.batch()
    whole = bank.answer(batch, "0000", "0000")
    for spoilt in (whole[:-30], whole.replace(b"0419", b"0418"), whole.replace(batch.number.encode(), b"X" * 20)):
        with pytest.raises(FileRefused):
            bank.takes(batch, spoilt)
    assert {state for _n, _a, state in bank.lines(batch)} == {"asked"}
    assert not Payment.objects.exists()


def test_disputed_and_not_yet_due_is_not_collected(bank: Bank) -> None:
    disputed = bank.homes["102"].charges.get()
    Dispute.objects.create(site=disputed.site, charge=disputed, starts_on=DAY("2026-11-01"), reason="面积不对")
    bank.till.bill("500.00", "2026-12-01", account=bank.homes["101"])
    assert bank.lines(bank.batch()) == [("H101", "419.56", "asked")]


def test_the_money_clears_what_was_asked_for(bank: Bank) -> None:
    batch = bank.batch()
    bank.till.bill("10.00", "2026-01-01", account=bank.homes["102"])  # older, but nobody was told of it
    bank.takes(batch, bank.answer(batch, "0000", "0000"))
    assert [str(row.open_amount) for row in bank.homes["102"].charges.order_by("due_on")] == ["10.00", "0.00"]


def test_a_file_is_fetched_by_name_and_written_down(bank: Bank) -> None:
    batch = bank.batch()
    name, content = actions.fetch_file(actor=bank.cashier, at=bank.at, batch_id=batch.pk)
    assert name == f"{batch.number}.txt"
    assert b"6222020200112200101" in content
    assert "王小明".encode("gbk") in content
    row = DebitAuthorisation.objects.get(account=bank.homes["101"])
    assert row.masked == "6222****0101"
    assert "6222020200112200101" not in row.sealed


def test_a_holder_that_the_bank_cannot_read_is_named_before_anything_is_made(bank: Bank) -> None:
    DebitAuthorisation.objects.filter(account=bank.homes["102"]).update(holder="𠮷田")
    with pytest.raises(FileRefused, match="“𠮷田”里有 gbk 编码没有的字"):
        bank.batch()


def test_a_batch_is_cancelled_as_long_as_the_bank_said_nothing(bank: Bank) -> None:
    batch = bank.batch()
    said = {"actor": bank.cashier, "at": bank.at, "reason": "日期错了"}
    actions.cancel_batch(**said, batch_id=batch.pk)
    with pytest.raises(AlreadyDone):
        bank.takes(batch, bank.answer(batch, "0000", "0000"))
    again = bank.batch()
    assert again.count == 2
    bank.takes(again, bank.answer(again, "0000", "9999"))
    with pytest.raises(AlreadyDone):
        actions.cancel_batch(**said, batch_id=again.pk)


def test_what_cannot_be_booked_says_why_and_is_tried_again(bank: Bank) -> None:
    batch = bank.batch()
    nobody = bank.till.cast.actor(Role.SITE_MANAGER, bank.till.cast.yql)
    content = bank.answer(batch, "0000", "1001")
    actions.take_result(actor=bank.cashier, at=bank.at, batch_id=batch.pk, file_name="", content=content)
    with pytest.raises(NotFound):
        actions.book_collected(actor=nobody, at=bank.at, batch_id=batch.pk)
    DebitLine.objects.filter(sequence=1).update(trouble="账期已结")
    assert actions.book_collected(actor=bank.cashier, at=bank.at, batch_id=batch.pk) == 0
    assert actions.retry_booking(actor=bank.cashier, at=bank.at, batch_id=batch.pk) == 1
    assert actions.book_collected(actor=bank.cashier, at=bank.at, batch_id=batch.pk) == 1
    assert Payment.objects.count() == 1


def test_an_authorisation_gives_way_to_the_next_and_ends(bank: Bank) -> None:
    room = bank.homes["101"]
    said = {"actor": bank.cashier, "at": bank.at}
    same = {"account_id": room.pk, "bank_account_id": bank.ours.pk, "number": "6217 0012 1001 2345", "holder": "王小明"}
    with pytest.raises(Overlapping):
        actions.authorise_debit(**said, **same, starts_on=DAY("2019-01-01"))
    new = actions.authorise_debit(**said, **same, starts_on=DAY("2026-11-04"))
    assert DebitAuthorisation.objects.filter(account=room, ends_on=DAY("2026-11-04")).count() == 1
    actions.end_authorisation(**said, authorisation_id=new.pk, ends_on=DAY("2026-11-05"), reason="换行")
    assert bank.lines(bank.batch())[0][0] == "H101"


def test_strangers_see_nothing(bank: Bank) -> None:
    batch = bank.batch()
    for stranger in (
        bank.till.cast.actor(Role.CASHIER, bank.till.cast.xh),
        bank.till.cast.actor(Role.KEEPER, bank.till.cast.yql),
    ):
        with pytest.raises(NotFound):
            actions.fetch_file(actor=stranger, at=bank.at, batch_id=batch.pk)
        with pytest.raises(NotFound):
            actions.take_result(actor=stranger, at=bank.at, batch_id=batch.pk, file_name="", content=b"")


def test_the_keeper_hears_once_of_those_that_failed(bank: Bank) -> None:
    keeper = bank.till.cast.user(Role.KEEPER, bank.till.cast.yql)
    root = Place.objects.get(code="YQL")
    KeeperTerritory.objects.create(site=bank.ours.site, place=root, keeper=keeper, starts_on=DAY("2026-01-01"))
    batch = bank.batch()
    content = bank.answer(batch, "1002", "1001")
    bank.takes(batch, content)
    bank.takes(batch, content)
    message = Message.objects.get(recipient=keeper, kind="debits_failed")
    assert message.title == "银行代扣有 2 户没有扣成"
    assert message.body == "一期1栋1单元101 账户已销户；一期1栋1单元102 余额不足"


def test_the_pages_say_what_is_wrong_and_give_the_file(bank: Bank, client: Client) -> None:
    client.force_login(bank.till.cast.user(Role.FINANCE, bank.ours.site))
    wrong = client.post("/remittance/layouts/new", {"rules": '{"name": "x", "shape": "fixed"}'})
    assert wrong.status_code == 422
    assert "out：缺少这一项" in wrong.content.decode()
    assert "第 1 行第 2 个字" in client.post("/remittance/layouts/new", {"rules": "{"}).content.decode()
    made = client.post(
        "/remittance/debits/new",
        {"bank_account": bank.ours.pk, "collects_on": day_of(now()), "due_until": "2026-11-04"},
    )
    page = client.get(made["Location"])
    assert "6222****0101" in page.content.decode()
    file = client.post(made["Location"] + "/file")
    assert file.content.startswith(b"HM1 ")
    assert client.get(made["Location"] + "?export=xlsx").content.startswith(b"PK")
    refused = client.post(made["Location"] + "/result", {"file": SimpleUploadedFile("r.txt", b"nonsense")})
    assert refused.status_code == 422
    assert "文件不完整" in refused.content.decode()


@pytest.mark.django_db(transaction=True)
def test_the_same_result_twice_at_once_is_booked_once(bank: Bank) -> None:
    batch = bank.batch()
    content = bank.answer(batch, "0000", "0000")

    def take(_number: int) -> int:
        try:
            return bank.takes(batch, content)
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        assert list(pool.map(take, range(2))) == [2, 2]
    assert sorted(str(one.amount) for one in Payment.objects.all()) == ["150.00", "419.56"]
