"""Pages of notices: made after a look, printed, handed over, in words within the law."""

from datetime import timedelta
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from PIL import Image
from procrastinate.contrib.django import app
from pypdf import PdfReader

from tests.billing.till import Till
from zhongshu.collecting.engine.printing import print_out
from zhongshu.collecting.models import DunningTemplate, Lawyer, Notice, PrintRun
from zhongshu.estate.models import Place
from zhongshu.identity.roles import Role
from zhongshu.kernel.clock import day_of, now
from zhongshu.remittance.models import PayCode


@pytest.fixture
def till(till: Till) -> Till:
    """Somebody owes three months and more."""
    for n in (4, 5, 6, 7):
        till.bill("209.78", str(day_of(now()) - timedelta(days=30 * n)))
    return till


def _as(till: Till, role: Role) -> Client:
    client = Client()
    client.force_login(till.cast.user(role, till.cast.yql))
    return client


def _made(till: Till) -> Notice:
    said = {"kind": "final_demand", "least_months": "0", "accounts": "A-1", "answer_by_days": "30", "confirmed": "1"}
    _as(till, Role.FINANCE).post(reverse("collecting:new_notices"), said)
    return Notice.objects.get()


def test_notices_are_looked_at_then_made_once(till: Till) -> None:
    client, said = _as(till, Role.FINANCE), {"kind": "payment_notice", "least_months": "3", "answer_by_days": "15"}
    looked = client.post(reverse("collecting:new_notices"), said).content.decode()
    assert "业主A-1" in looked
    assert not Notice.objects.exists()
    client.post(reverse("collecting:new_notices"), said | {"confirmed": "1"})
    client.post(reverse("collecting:new_notices"), said | {"confirmed": "1"})
    notice = Notice.objects.get()
    assert notice.number in client.get(reverse("collecting:notices"), {"q": "A-1", "state": "planned"}).content.decode()
    assert notice.number not in client.get(reverse("collecting:notices"), {"state": "sent"}).content.decode()
    wrong = client.post(reverse("collecting:new_notices"), said | {"least_months": "0", "accounts": "X-9"})
    assert (wrong.status_code, "X-9" in wrong.content.decode()) == (422, True)


def test_the_paper_has_the_words_and_the_code_of_the_dwelling(till: Till) -> None:
    unit = Place.objects.create(site=till.cast.yql, code="P1-101", kind="unit", path="P1-101", label="1栋101")
    type(till.account).objects.filter(pk=till.account.pk).update(unit=unit)
    PayCode.objects.create(site=till.cast.yql, place=unit, token="t" * 16, made_at=till.at)
    paper = _as(till, Role.KEEPER).get(reverse("collecting:notice_paper", args=[_made(till).pk]))
    (page,) = PdfReader(BytesIO(paper.content)).pages
    words = "".join(page.extract_text().split())
    assert all(said in words for said in ("催费通知书", "您名下1栋101", "扫码交费", "人民币"))
    assert len(page.images) == 1


def test_the_keeper_hands_it_over_with_a_photo(till: Till) -> None:
    notice, keeper, picture = _made(till), _as(till, Role.KEEPER), BytesIO()
    Image.new("RGB", (9, 9)).save(picture, "PNG")
    said = {"channel": "door", "evidence": "signed"}
    refused = keeper.post(reverse("collecting:deliveries", args=[notice.pk]), said)
    assert (refused.status_code, "须附" in refused.content.decode()) == (422, True)
    keeper.post(
        reverse("collecting:deliveries", args=[notice.pk]),
        said | {"file": SimpleUploadedFile("a.png", picture.getvalue())},
    )
    delivery = notice.deliveries.get()
    shown = keeper.get(reverse("collecting:delivery_photo", args=[notice.pk, delivery.pk]))
    assert (delivery.evidence, shown.headers["Content-Type"]) == ("signed", "image/jpeg")
    withdrawn = _as(till, Role.FINANCE).post(reverse("collecting:withdrawal", args=[notice.pk]), {"reason": "错"})
    assert withdrawn.status_code == 422


def test_a_print_run_is_asked_for_watched_and_fetched(till: Till) -> None:
    client, notice = _as(till, Role.FINANCE), _made(till)
    with app.replace_connector(_memory()):
        asked = client.post(reverse("collecting:notice_prints"), {"which": "unsent"})
        bills = client.post(reverse("collecting:prints"), {"account": "A-1", "on": str(day_of(now()))})
    assert bills.status_code == 302
    run = PrintRun.objects.get(subject="notices")
    assert asked["Location"] == reverse("collecting:print", args=[run.pk])
    assert "已完成 0 / 1" in client.get(asked["Location"]).content.decode()
    assert client.get(reverse("collecting:print_file", args=[run.pk])).status_code == 404
    print_out(run, at=now())
    file = b"".join(client.get(reverse("collecting:print_file", args=[run.pk])).streaming_content)
    assert file.startswith(b"%PDF")
    client.post(reverse("collecting:posting", args=[run.pk]))
    notice.refresh_from_db()
    assert notice.evidence == "sent_only"


def _memory() -> object:
    from procrastinate.testing import InMemoryConnector

    return InMemoryConnector()


def test_words_are_edited_beside_their_preview_and_never_beyond_the_law(till: Till) -> None:
    legal, address = _as(till, Role.LEGAL), reverse("collecting:template", args=["final_demand"])
    said = {"title": "催费通知书", "text": "{户名}：逾期将停水停电。", "starts_on": str(day_of(now()))}
    refused = legal.post(address, said)
    assert (refused.status_code, "民法典" in refused.content.decode()) == (422, True)
    assert "停水停电" in refused.content.decode(), "what was typed is kept"
    assert "{截止日期}" in legal.post(reverse("collecting:preview"), {"text": "{截至日期}"}).content.decode()
    assert "王小明" in legal.post(reverse("collecting:preview"), {"text": "{户名}您好"}).content.decode()
    legal.post(address, said | {"text": "{户名}：请交 {合计} 元。"})
    notice = _made(till)
    assert notice.template == DunningTemplate.objects.get()
    legal.post(address, said | {"text": "{户名}：新的一版。", "starts_on": str(day_of(now()) + timedelta(days=3))})
    ends = list(DunningTemplate.objects.order_by("version").values_list("version", "ends_on"))
    assert ends == [(1, day_of(now()) + timedelta(days=3)), (2, None)]
    paper = legal.get(reverse("collecting:notice_paper", args=[notice.pk])).content
    assert "请交839.12元" in "".join(PdfReader(BytesIO(paper)).pages[0].extract_text().split())


def test_lawyers_are_registered_and_end(till: Till) -> None:
    legal, address = _as(till, Role.LEGAL), reverse("collecting:lawyers")
    said = {"name": "沈砚", "licence": "13301201910123456", "firm": "浙江某某律师事务所", "firm_licence": "23301"}
    assert legal.post(address, said | {"licence": "无"}).status_code == 422
    legal.post(address, said)
    assert "沈砚" in legal.get(address).content.decode()
    legal.post(reverse("collecting:lawyer_ending", args=[Lawyer.objects.get().pk]))
    assert Lawyer.objects.get().ends_on == day_of(now())
    assert _as(till, Role.KEEPER).get(address).status_code == 404


def test_hours_of_contact_and_the_list_of_limitation(till: Till) -> None:
    client = _as(till, Role.SITE_MANAGER)
    said = {"begins": "09:30", "ends": "19:00", "most_a_day": "1", "most_a_week": "2"}
    assert client.post(reverse("collecting:contact_hours"), said | {"begins": "07:00"}).status_code == 422
    assert client.post(reverse("collecting:contact_hours"), said).status_code == 302
    assert "09:30" in client.get(reverse("collecting:contact_hours")).content.decode()
    till.bill("100.00", str(day_of(now()) - timedelta(days=365 * 3 - 60)))
    near = client.get(reverse("collecting:limitation"), {"within": "3"}).content.decode()
    assert ("100.00" in near, "209.78" in near) == (True, False)
    assert "209.78" in client.get(reverse("collecting:limitation"), {"within": "all", "q": "A-1"}).content.decode()
    for name in ("notices", "limitation"):
        assert client.get(reverse(f"collecting:{name}"), {"export": "xlsx"}).content.startswith(b"PK")
