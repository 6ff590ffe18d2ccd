"""The pages of arrears, as a keeper, legal affairs and the site's manager use them."""

from collections.abc import Callable
from datetime import datetime, timedelta
from io import BytesIO
from zipfile import ZipFile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image
from python_calamine import CalamineWorkbook

from tests.billing.test_money_api import caller
from tests.billing.till import YUAN, Till
from tests.collecting.site import Site
from tests.identity.audits import audited
from zhongshu.billing import actions as billing
from zhongshu.billing.queries.statements import statement
from zhongshu.collecting import actions
from zhongshu.collecting.batch import Wanted, make_notices
from zhongshu.collecting.kinds import ContactManner, Evidence, NoticeKind, Outcome, Reason, Road
from zhongshu.collecting.models import ArrearsReason, Contact, Notice, PaymentPlan
from zhongshu.collecting.queries.arrears import Narrowed, owing, shares
from zhongshu.identity.roles import Role
from zhongshu.kernel.clock import SITE_ZONE, now


def a_photo() -> SimpleUploadedFile:
    buffer = BytesIO()
    Image.new("RGB", (8, 8)).save(buffer, "JPEG")
    return SimpleUploadedFile("signed.jpg", buffer.getvalue())


@pytest.fixture
def site(cast) -> Site:
    at = now()
    return Site(cast, at, Till.account_of(cast, "A-1")).settle()


@pytest.fixture
def enter(site: Site) -> Callable[..., Client]:
    def entered(role: Role, name: str = "") -> Client:
        client = Client()
        client.force_login(site.cast.user(role, site.cast.yql, name=name))
        return client

    return entered


def text(client: Client, path: str) -> str:
    answer = client.get(f"/collecting/{path}")
    assert answer.status_code == 200, path
    return str(answer.content.decode())


def numbers(site: Site, **narrowed) -> list[str]:
    return [row.number for row in owing(site.site_id, site.today, Narrowed(**narrowed)).rows]


def test_one_list_narrowed_by_what_is_known(site: Site) -> None:
    by = {"actor": site.manager, "at": site.at}
    owing_101 = site.homes["101"].pk
    assert numbers(site) == ["H101", "H201"]
    assert numbers(site, months_from=2) == ["H101"]
    assert numbers(site, path="2") == ["H201"]
    keeper = site.cast.user(Role.KEEPER, site.cast.yql, name="管家2")
    assert numbers(site, keeper_id=keeper.pk) == ["H201"]
    actions.note_reason(**by, account_id=owing_101, kind=Reason.AWAY)
    assert (numbers(site, reason="away"), numbers(site, reason="")) == (["H101"], ["H201"])
    charge = site.homes["201"].charges.get()
    finance = {"actor": site.bookkeeper, "at": site.at}
    billing.open_dispute(**finance, charge_id=charge.pk, starts_on=site.today, reason="多收")
    assert (numbers(site, disputed=True), numbers(site, disputed=False)) == (["H201"], ["H101"])
    found = owing(site.site_id, site.today, Narrowed(), size=1, page=2)
    assert ([row.number for row in found.rows], found.total, found.pages) == (["H201"], 2, 2)
    assert found.principal == sum(one.open_amount for one in site.homes["101"].charges.all()) + charge.open_amount
    assert owing(site.site_id, site.today, Narrowed(), page=9).number == 1
    of_keepers = shares(site.site_id, site.today, Narrowed(), "keeper")
    parts = {part.label: (part.accounts, part.three_months) for part in of_keepers}
    assert parts == {"管家1": (1, 1), "管家2": (1, 0)}


def test_the_keeper_s_day_on_the_phone(site: Site, enter) -> None:
    keeper = enter(Role.KEEPER, "管家1")
    shown = text(keeper, "m/day")
    assert "101" in shown
    assert "201" not in shown
    assert "H201" not in text(keeper, "arrears?keeper=999")
    assert "<strong>4</strong>" in text(keeper, "m/accounts/H101")
    keeper.post("/collecting/accounts/H101/reasons", {"kind": "hardship", "note": "失业", "from": "phone"})
    assert ArrearsReason.objects.get().kind == "hardship"
    assert "失业" in text(keeper, "m/accounts/H101")
    said = {"manner": "phone", "outcome": "promised", "from": "phone"}
    wrong = keeper.post("/collecting/accounts/H101/contacts", said)
    assert (wrong.status_code, Contact.objects.count()) == (422, 0)
    assert keeper.get("/collecting/accounts/H101/plans").status_code == 404


def test_a_contact_is_recorded_once_a_day(site: Site, enter) -> None:
    noon = datetime.combine(site.today - timedelta(days=1), datetime.min.time().replace(hour=12), SITE_ZONE)
    promised = {"outcome": Outcome.PROMISED, "promised_on": site.today - timedelta(days=1)}
    keeper = site.cast.actor(Role.KEEPER, site.cast.yql, name="管家1")
    said = {"actor": keeper, "at": site.at, "account_id": site.homes["101"].pk, "manner": ContactManner.PHONE}
    actions.record_contact(**said, contacted_at=noon, **promised)
    assert "is-late" in text(enter(Role.KEEPER, "管家1"), "m/day")
    assert "承诺交费" in text(enter(Role.KEEPER, "管家1"), "arrears")


def test_a_plan_is_agreed_shown_and_ended(site: Site, enter) -> None:
    manager = enter(Role.SITE_MANAGER)
    assert "分期协议" in text(manager, "accounts/H101")
    charges = [charge.pk for charge in site.homes["101"].charges.all()]
    said = {
        "charges": charges, "agreed_on": site.today, "agreed_with": "业主H101", "count": 3,
        "first_on": site.today + timedelta(days=10), "file": SimpleUploadedFile("协议.pdf", b"%PDF-1.4"),
    }  # fmt: skip
    for wrong in ({"count": 0}, {"charges": []}, {"file": SimpleUploadedFile("x.exe", b"MZ")}, {"agreed_with": ""}):
        assert manager.post("/collecting/accounts/H101/plans", said | wrong).status_code == 422
    said["file"] = SimpleUploadedFile("协议.pdf", b"%PDF-1.4")
    manager.post("/collecting/accounts/H101/plans", said)
    plan = PaymentPlan.objects.get()
    assert plan.total == sum(part.amount for part in plan.instalments.all())
    assert "按期履行" in text(manager, f"plans/{plan.pk}")
    assert manager.get(f"/collecting/plans/{plan.pk}/file").content == b"%PDF-1.4"
    assert numbers(site, plan="kept") == ["H101"]
    assert "按期履行" in text(enter(Role.KEEPER, "管家1"), "m/accounts/H101")
    manager.post(f"/collecting/plans/{plan.pk}/ending", {"reason": "不再履行"})
    assert "已终止" in text(manager, f"plans/{plan.pk}")
    assert numbers(site, plan="kept") == []


def test_legal_affairs_see_what_ran_out_and_take_the_papers(site: Site, enter) -> None:
    on = site.today - timedelta(days=40)
    account = site.homes["101"]
    wanted = [Wanted(account.pk, NoticeKind.FINAL_DEMAND, "test:1", 30)]
    assert make_notices(actor=site.cast.system, at=site.at, site_id=site.site_id, on=on, wanted=wanted) == 1
    notice = Notice.objects.get()
    photo = a_photo()
    legal = enter(Role.LEGAL)
    delivered = {"channel": Road.DOOR, "evidence": Evidence.SIGNED, "file": photo}
    by = {"actor": site.cast.actor(Role.LEGAL, site.cast.yql), "at": site.at}
    actions.record_delivery(**by, notice_id=notice.pk, delivered_at=site.at - timedelta(days=39), **delivered)
    assert notice.number in text(legal, "pursuit")
    with audited("collecting.take_papers"):
        answer = legal.get("/collecting/accounts/H101/papers")
    names = ZipFile(BytesIO(answer.content)).namelist()
    assert names[:3] == ["1-statement.pdf", "2-history.pdf", "3-notices.pdf"]
    assert names[3].startswith(f"evidence/{notice.number}")
    for payer in site.homes["101"].charges.all():
        site.takes(str(payer.open_amount), account_id=account.pk)
    assert notice.number not in text(legal, "pursuit")
    assert enter(Role.KEEPER, "管家1").get("/collecting/accounts/H101/papers").status_code == 404


def test_the_manager_s_overview_and_the_workbook(site: Site, enter) -> None:
    manager = enter(Role.SITE_MANAGER)
    shown = text(manager, "overview")
    assert all(words in shown for words in ("管家1", "管家2", "500.00"))
    book = manager.get("/collecting/arrears?export=xlsx&order=unit").content
    rows = CalamineWorkbook.from_filelike(BytesIO(book)).get_sheet_by_index(0).to_python()
    assert [row[1] for row in rows[1:]] == ["H101", "H201"]
    assert [row[4] for row in rows[1:]] == [float(YUAN("400.00")), 100.0]
    stranger = Client()
    stranger.force_login(site.cast.user(Role.TECHNICIAN, site.cast.yql))
    for path in ("arrears", "overview", "pursuit", "m/day", "accounts/H101"):
        assert stranger.get(f"/collecting/{path}").status_code == 404


def test_the_same_for_a_program(site: Site) -> None:
    program = caller(site, Role.FINANCE)
    said = program.get("/sites/YQL/arrears?months_from=1").json()
    assert [(row["account"], row["months"], row["principal"]) for row in said["items"]] == [
        ("H101", 4, "400.00"), ("H201", 1, "100.00"),
    ]  # fmt: skip
    assert (said["principal"], said["total"]) == ("500.00", 2)
    noted = program.post("/accounts/YQL/H101/arrears-reasons", {"kind": "moved", "note": "去向不明"})
    assert (noted.status_code, noted.json()["items"][0]["kind"]) == (201, "moved")
    today = str(site.today)
    plan = {"agreed_on": today, "agreed_with": "业主", "instalments": [{"due_on": today, "amount": "1.00"}]}
    refused = program.post("/accounts/YQL/H201/payment-plans", plan)
    assert (refused.status_code, refused.json()["code"]) == (422, "invalid")
    total = sum(part.open_amount + part.late_fee for part in statement(site.homes["201"].pk, site.today).lines)
    plan["instalments"][0]["amount"] = str(total)  # type: ignore[index]
    made = program.post("/accounts/YQL/H201/payment-plans", plan)
    assert (made.status_code, made.json()["state"]) == (201, "kept")
    ended = program.post(f"/payment-plans/{made.json()['id']}/ending", {"reason": "不再履行"})
    assert ended.json()["state"] == program.get(f"/payment-plans/{made.json()['id']}").json()["state"] == "ended"
    assert program.get("/sites/XH/arrears").status_code == 404
