"""A company moves in from its old spreadsheets: on the pages, on the command line, and with a bill run after it."""

import json
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.test import Client

from tests.billing.estate import Estate
from tests.billing.old_books import CHARGES, PAYMENTS, agrees, book
from tests.estate.books import cells
from zhongshu.billing.models import Charge, Payment
from zhongshu.billing.queries.arrears import arrears
from zhongshu.estate.models import EstateImport
from zhongshu.identity.roles import Role


def send(desk: Client, kind: str, content: bytes) -> str:
    """Sent on the page; what it then shows."""
    file = SimpleUploadedFile(f"{kind}.xlsx", content)
    return desk.post("/estate/imports", {"kind": kind, "file": file}, follow=True).content.decode()


def take(desk: Client) -> Any:
    """The workbook sent last is taken."""
    sent = EstateImport.objects.order_by("-pk")[0]
    return desk.post(f"/estate/imports/{sent.pk}/taking", follow=True).content.decode()


def refused_rows(desk: Client) -> list[list[Any]]:
    sent = EstateImport.objects.order_by("-pk")[0]
    return cells(desk.get(f"/estate/imports/{sent.pk}/errors").content, "Sheet1")


def test_finance_brings_in_last_year_mends_what_is_refused_and_bills_on(estate: Estate, client: Client) -> None:
    homes = [estate.home(f"1-{door}", since="2026-11-01") for door in (101, 102, 103)]
    estate.item("2.35", name="物业费", since=estate.at.date().replace(day=1))
    client.force_login(estate.cast.user(Role.FINANCE, estate.site))
    months = [f"2026-{month:02d}" for month in range(1, 11)]
    owed = [[home.unit and home.unit.code, "物业管理费", month, "", "", 209.78] for home in homes for month in months]
    page = send(client, "charges", book(CHARGES, *owed, ["1-104", "物业费", "2026-01", "", "", 209.78]))
    assert "共 31 行：新的 30 行，原来就有 0 行，退回 1 行。" in page
    assert "没有找到房屋“1-104”" in page
    assert not Charge.objects.exists()
    assert "退回的行" in take(client)
    assert Charge.objects.count() == 30
    headings, row = refused_rows(client)
    estate.home("1-104", since="2026-11-01")
    assert "共 1 行：新的 1 行" in send(client, "charges", book([str(one) for one in headings], row))
    take(client)
    paid = [["1-101", 2097.80, "微信", "", "2026-10-20", ""], ["1-102", "1,048.90元", "银行转账", "88", "2026/6/1", ""]]
    send(client, "payments", book(PAYMENTS, *paid))
    take(client)
    assert (Charge.objects.count(), Payment.objects.count()) == (31, 2)
    assert agrees(estate)
    behind = arrears(estate.site.pk, on=estate.at.date())
    assert [behind[home.pk].months if home.pk in behind else 0 for home in homes] == [0, 5, 10]
    estate.run("2026-11")
    assert estate.charged(period_start="2026-11-01") == ["209.78"] * 4


def test_the_command_line_tells_a_machine_what_was_refused(
    estate: Estate, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    estate.home("1-101")
    estate.item(None, code="WYF", name="物业费")
    template, file, back = (tmp_path / name for name in ("template.xlsx", "charges.xlsx", "back.xlsx"))
    call_command("template", "charges", str(template))
    assert cells(template.read_bytes(), "费用")[0] == CHARGES
    good, bad = (["1-101", "物业费", "2026-01", "", "", amount] for amount in (100, "一百"))
    file.write_bytes(book(CHARGES, good, bad))
    capsys.readouterr()
    call_command("import_", "charges", str(file), site="YQL", json=True, errors=back)
    told = json.loads(capsys.readouterr().out)
    assert told["tally"] == {"rows": 2, "taken": 1, "already": 0, "refused": 1}
    (why,) = told["refused"]
    assert (why["row"], why["column"], why["value"]) == (3, "金额", "一百")
    assert (why["reason"], why["mend"]) == ("“一百”不是金额", "请填大于 0 的数，如 1234.50")
    assert len(cells(back.read_bytes(), "Sheet1")) == 2
    file.write_bytes(book(CHARGES, bad))
    with pytest.raises(SystemExit):
        call_command("import_", "charges", str(file), site="YQL", json=True)
