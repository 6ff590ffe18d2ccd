"""The pages of orders in the hands of those who use them."""

from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from PIL import Image

from tests.work.conftest import Crew
from zhongshu.identity.models import User
from zhongshu.identity.roles import Role
from zhongshu.work import actions, pictures
from zhongshu.work.errors import PhotoRefused
from zhongshu.work.models import OrderPhoto, WorkOrder


@pytest.fixture
def order(crew: Crew) -> WorkOrder:
    return crew.order(assignee=crew.staff["张强"], contact_name="陈女士", contact_phone="13812345678")


def browser(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def text(response: Any) -> str:
    return str(response.content.decode())


def state(order: WorkOrder) -> str:
    return WorkOrder.objects.get(pk=order.pk).state


def test_the_list_shows_what_the_filters_in_the_address_say(crew: Crew, order: WorkOrder) -> None:
    crew.order(title="电梯困人", urgency="P1", category="elevator", team_kind="engineering")
    manager = browser(crew.staff["经理"].user)

    assert "厨房水管漏水" in text(manager.get("/orders/"))
    shown = text(manager.get("/orders/?urgency=P1"))
    assert "电梯困人" in shown
    assert "厨房水管漏水" not in shown
    for nothing in ("state=closed", "team=finance", "kind=complaint", "category=billing", "assignee=没有这人"):
        assert "没有符合条件的工单" in text(manager.get(f"/orders/?{nothing}"))
    for both in ("text=1502", "since=2026-11-04&until=2026-11-04", "state=all", "late=1", "since=not-a-day&page=99"):
        assert "厨房水管漏水" in text(manager.get(f"/orders/?{both}"))
    assert "没有符合条件的工单" in text(manager.get("/orders/?until=2026-11-03"))


def test_the_list_is_exported_as_filtered(crew: Crew, order: WorkOrder) -> None:
    response = browser(crew.staff["经理"].user).get("/orders/?export=xlsx&urgency=P3")
    assert response.headers["Content-Type"].startswith("application/vnd.openxmlformats")
    assert response.content[:2] == b"PK"


def test_a_longer_list_takes_no_more_statements(crew: Crew, order: WorkOrder) -> None:
    manager = browser(crew.staff["经理"].user)
    manager.get("/orders/")

    def statements() -> int:
        with CaptureQueriesContext(connection) as captured:
            manager.get("/orders/")
        return len(captured)

    few = statements()
    for _ in range(12):
        crew.order()
    assert statements() == few
    assert few <= 9


def test_the_order_shows_why_it_went_where_it_went(crew: Crew) -> None:
    order = crew.order(contact_phone="13812345678")
    page = text(browser(crew.staff["经理"].user).get(f"/orders/{order.number}"))

    assert "当班可派 2 人" in page
    assert "近七天" in page
    assert "138****5678" in page
    assert "13812345678" not in page


def test_it_checks_access(crew: Crew, order: WorkOrder) -> None:
    """A colleague of another site and a guard get what a wrong number gets, and change nothing."""
    strangers = [crew.cast.user(Role.SITE_MANAGER, crew.cast.xh), crew.cast.user(Role.CLEANER, crew.site)]
    paths = [f"/orders/{order.number}", f"/orders/{order.number}/acceptance", f"/orders/{order.number}/photos"]
    for stranger in strangers:
        for path in paths:
            client = browser(stranger)
            assert (client.get(path) if path == paths[0] else client.post(path)).status_code == 404
    assert Client().get(paths[0]).status_code == 302
    assert browser(crew.staff["经理"].user).get("/orders/GD-YQL-20261104-9999").status_code == 404
    assert state(order) == "dispatched"


def test_the_assignee_moves_it_along_from_his_phone(crew: Crew, order: WorkOrder) -> None:
    phone = browser(crew.staff["张强"].user)
    back = f"/m/orders/{order.number}"
    for noun in ("acceptance", "departure", "arrival"):
        response = phone.post(f"/orders/{order.number}/{noun}", {"next": back})
        assert (response.status_code, response.headers["Location"]) == (302, back)
    phone.post(f"/orders/{order.number}/completion", {"next": back, "note": "换了角阀"})
    assert state(order) == "done"

    desk = browser(crew.cast.user(Role.CALL_TAKER, crew.site))
    assert desk.post(f"/orders/{order.number}/sign-off").headers["Location"] == f"/orders/{order.number}"
    assert state(order) == "closed"


@pytest.mark.parametrize("elsewhere", ["https://example.com/", "//example.com/", "javascript:alert(1)"])
def test_the_way_back_stays_in_the_house(crew: Crew, order: WorkOrder, elsewhere: str) -> None:
    response = browser(crew.staff["张强"].user).post(f"/orders/{order.number}/acceptance", {"next": elsewhere})
    assert response.headers["Location"] == f"/orders/{order.number}"


def test_a_refused_form_keeps_what_was_typed(crew: Crew, order: WorkOrder) -> None:
    desk = browser(crew.staff["张强"].user)
    typed = {"reason": "我觉得不归我", "right_team_kind": "engineering"}
    response = desk.post(f"/orders/{order.number}/objection", typed)
    assert response.status_code == 422
    assert "我觉得不归我" in text(response)

    desk.post(f"/orders/{order.number}/acceptance")
    held = desk.post(f"/orders/{order.number}/hold", {"reason": "等配件到货", "resume_on": "2020-01-01"})
    assert held.status_code == 422
    assert "等配件到货" in text(held)
    assert "在今天之后" in text(held)


def test_on_a_phone_the_refusal_is_a_small_page(crew: Crew, order: WorkOrder) -> None:
    phone = browser(crew.staff["张强"].user)
    response = phone.post(f"/orders/{order.number}/arrival", {"next": f"/m/orders/{order.number}"})
    assert response.status_code == 409
    assert "现在可以" in text(response)
    assert f'href="/m/orders/{order.number}"' in text(response)


def test_corrections(crew: Crew, order: WorkOrder) -> None:
    lead = browser(crew.staff["王主管"].user)
    where = f"/orders/{order.number}/place"
    assert lead.post(where, {"place": "P9-9", "reason": "记错了"}).status_code == 422
    assert lead.post(where, {"place": "p1-4-1-101", "reason": "记错了"}).status_code == 302
    assert WorkOrder.objects.get(pk=order.pk).place == crew.unit("P1-4-1-101")
    assert lead.post(f"/orders/{order.number}/urgency", {"urgency": "P2", "reason": "漏大了"}).status_code == 302
    assert "漏大了" in text(lead.get(f"/orders/{order.number}"))


def test_a_manager_gives_a_task(crew: Crew) -> None:
    manager = browser(crew.staff["经理"].user)
    task = {"title": "周五前检查消防栓", "urgency": "P3", "team_kind": "engineering", "place": "P1-3"}
    assert manager.get("/orders/new").status_code == 200
    assert manager.post("/orders/new", task | {"place": "没有"}).status_code == 422
    response = manager.post("/orders/new", task | {"assignee": str(crew.staff["赵电"].pk)})

    order = WorkOrder.objects.get()
    assert response.headers["Location"] == f"/orders/{order.number}"
    assert (order.kind, order.assignee, order.opened_by) == ("task", crew.staff["赵电"], crew.staff["经理"].user)
    assert browser(crew.staff["张强"].user).post("/orders/new", task).status_code == 404
    assert WorkOrder.objects.count() == 1


def test_several_are_reassigned_in_one_go(crew: Crew, order: WorkOrder) -> None:
    other = crew.order(assignee=crew.staff["张强"])
    lead = browser(crew.staff["王主管"].user)
    ticked = f"?order={order.pk}&order={other.pk}&order=abc"
    assert other.number in text(lead.get(f"/orders/reassignment{ticked}"))
    assert "没有选中工单" in text(lead.get("/orders/reassignment"))

    words = {"order": [order.pk, other.pk], "staff_id": crew.staff["李明"].pk, "reason": "张强下班"}
    assert lead.post("/orders/reassignment", words | {"reason": ""}).status_code == 422
    assert lead.post("/orders/reassignment", words).status_code == 302
    assert set(WorkOrder.objects.values_list("assignee", flat=True)) == {crew.staff["李明"].pk}


# Photos


def picture(size: tuple[int, int] = (800, 600), form: str = "JPEG", **options: Any) -> bytes:
    out = BytesIO()
    Image.new("RGB", size, "teal").save(out, form, **options)
    return out.getvalue()


def with_where_it_was_taken() -> bytes:
    exif = Image.Exif()
    exif[0x0112] = 6  # lying on its side
    exif[0x8825] = {1: "N", 2: (31.0, 14.0, 0.0)}
    return picture((3000, 2000), exif=exif)


@pytest.fixture(autouse=True)
def _media(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path


def test_a_photo_is_kept_upright_small_and_without_where_it_was_taken() -> None:
    kept = Image.open(BytesIO(pictures.as_jpeg(with_where_it_was_taken())))
    assert kept.format == "JPEG"
    assert kept.size == (1280, 1920)
    assert not kept.getexif()


@pytest.mark.parametrize("form", ["PNG", "WEBP", "HEIF"])
def test_other_kinds_of_pictures_become_jpeg(form: str) -> None:
    assert pictures.as_jpeg(picture(form=form))[:3] == b"\xff\xd8\xff"


def test_nothing_rides_along_in_a_picture() -> None:
    """A picture that is a page or an archive as well: what is kept is pixels."""
    for rider in (b"<script>alert(1)</script>", b"PK\x03\x04 an archive", b"<?php echo 1; ?>"):
        assert rider not in pictures.as_jpeg(picture() + rider)


BAD_PICTURES = [b"", b"<svg onload=alert(1)>", picture()[:400], picture(form="GIF"), b"\0" * (15 * 1024 * 1024 + 1)]


@pytest.mark.parametrize("content", BAD_PICTURES, ids=["empty", "svg", "damaged", "gif", "too large"])
def test_what_is_no_picture_is_refused(crew: Crew, order: WorkOrder, content: bytes) -> None:
    with pytest.raises(PhotoRefused):
        actions.add_photo(
            actor=crew.actor("张强"), at=crew.noon, order_id=order.pk, upload=BytesIO(content), is_after=False
        )
    assert not OrderPhoto.objects.exists()


def test_a_picture_that_unpacks_to_too_much_is_refused() -> None:
    with pytest.raises(PhotoRefused):
        pictures.as_jpeg(picture((9000, 9000), "PNG"))


def test_photos_are_seen_by_those_who_see_the_order(crew: Crew, order: WorkOrder) -> None:
    phone = browser(crew.staff["张强"].user)
    upload = SimpleUploadedFile("a.jpg", picture(), "image/jpeg")
    sent = phone.post(f"/orders/{order.number}/photos", {"photo": upload, "is_after": ""})
    assert sent.status_code == 302
    again = SimpleUploadedFile("b.jpg", picture(), "image/jpeg")
    phone.post(f"/orders/{order.number}/photos", {"photo": again})
    photo = OrderPhoto.objects.get()  # the same picture twice is one photo
    assert Path(photo.file.path).stat().st_mode & 0o077 == 0, "nobody else on the machine reads it"

    address = f"/orders/{order.number}/photos/{photo.pk}"
    seen = phone.get(address)
    assert (seen.status_code, seen.headers["Content-Type"]) == (200, "image/jpeg")
    assert "private" in seen.headers["Cache-Control"]
    assert browser(crew.cast.user(Role.CLEANER, crew.site)).get(address).status_code == 404
    other = crew.order(assignee=crew.staff["张强"])
    assert phone.get(f"/orders/{other.number}/photos/{photo.pk}").status_code == 404
    assert phone.post(f"/orders/{order.number}/photos", {}).status_code == 422
