"""The estate's pages: who gets in, what they find, what they can do there."""

from datetime import date
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from tests.estate.books import book, cells, owner, take, unit
from tests.estate.conftest import Estate
from zhongshu.estate import queries
from zhongshu.estate.kinds import ImportState
from zhongshu.estate.models import Account, Customer, EstateImport, HouseholdMember, KeeperTerritory, Occupancy, Place
from zhongshu.identity.models import AuditEntry, User
from zhongshu.identity.roles import Role

TODAY = "2026-11-04"


@pytest.fixture
def lived_in(bare: Estate, settings: Any, tmp_path: Any) -> Estate:
    """王小明 with a tenant in 101, 102 empty, a space of his in B1."""
    settings.MEDIA_ROOT = tmp_path
    people = [owner(状态="已入住"), unit(客户姓名="孙七", 身份="租户", 手机号="13700001111"), unit("102", 状态="空置")]
    take(
        bare,
        book(
            房屋=people,
            车位=[{"车库层": "B1", "车位号": "12", "归属房屋": "P1-1-1-101"}, {"车库层": "B1", "车位号": "13"}],
        ),
    )
    return bare


def signed_in(user: User, estate: Estate) -> Client:
    client = Client()
    client.force_login(user)
    session = client.session
    session["site_id"] = estate.site.pk
    session.save()
    return client


@pytest.fixture
def manager(lived_in: Estate) -> Client:
    return signed_in(lived_in.cast.user(Role.SITE_MANAGER, lived_in.site), lived_in)


def paths(estate: Estate) -> list[str]:
    customer = Customer.objects.get(site=estate.site, name="王小明")
    return [
        reverse("estate:place", args=["P1-1-1-101"]),
        reverse("estate:customer", args=[customer.pk]),
        reverse("estate:account", args=["P1-1-1-101.1"]),
    ]


def test_it_checks_access(lived_in: Estate) -> None:
    stranger = Client()
    colleague = signed_in(lived_in.cast.user(Role.SITE_MANAGER, lived_in.cast.xh), lived_in)
    resident = signed_in(lived_in.cast.user(Role.RESIDENT, lived_in.site), lived_in)
    manager = signed_in(lived_in.cast.user(Role.SITE_MANAGER, lived_in.site), lived_in)
    for path in paths(lived_in):
        assert stranger.get(path).status_code == 302, path
        assert colleague.get(path).status_code == 404, path
        assert resident.get(path).status_code == 404, path
        assert manager.get(path).status_code == 200, path


def test_absent_and_forbidden_look_the_same(lived_in: Estate) -> None:
    colleague = signed_in(lived_in.cast.user(Role.SITE_MANAGER, lived_in.cast.xh), lived_in)
    theirs = Customer.objects.get(site=lived_in.site, name="王小明").pk
    answers = [colleague.get(reverse("estate:customer", args=[pk])) for pk in (theirs, 999_999)]
    assert [answer.status_code for answer in answers] == [404, 404]
    assert "没有找到" in answers[0].content.decode()
    assert "没有找到" in answers[1].content.decode()


def test_a_technician_sees_places_but_no_people(lived_in: Estate) -> None:
    client = signed_in(lived_in.cast.user(Role.TECHNICIAN, lived_in.site), lived_in)
    shown = client.get(reverse("estate:place", args=["P1-1-1-101"])).content.decode()
    assert "一期1栋1单元101" in shown
    assert "王小明" not in shown
    assert "王小明" not in client.get(reverse("estate:places")).content.decode()
    assert client.get(reverse("estate:customers")).status_code == 404


@pytest.mark.parametrize(
    ("query", "there", "not_there"),
    [
        ("q=1-1-102", "P1-1-1-102", "P1-1-1-101<"),
        ("kind=parking", "PK-B1-12", "P1-1-1-102"),
        ("in=P1-1", "P1-1-1-102", ">PK-B1-12<"),
        ("status=vacant", "P1-1-1-102", ">P1-1-1-101<"),
        ("q=nowhere", "没有符合条件的位置", ">P1-1-1-102<"),
    ],
)
def test_the_list_of_places_is_narrowed(manager: Client, query: str, there: str, not_there: str) -> None:
    shown = manager.get(f"{reverse('estate:places')}?{query}").content.decode()
    assert there in shown
    assert not_there not in shown


def test_a_part_of_the_tree_is_in_the_order_of_counting(manager: Client, lived_in: Estate) -> None:
    take(lived_in, book(房屋=[unit("101", 楼栋=building) for building in (10, 2)]))
    shown = manager.get(f"{reverse('estate:places')}?in=P1&kind=unit").content.decode()
    places = [shown.index(f">P1-{building}-1-101<") for building in (1, 2, 10)]
    assert places == sorted(places)


def test_lists_take_few_statements(manager: Client, django_assert_max_num_queries: Any) -> None:
    for name in ("estate:places", "estate:customers", "estate:territories", "estate:imports"):
        manager.get(reverse(name))
        with django_assert_max_num_queries(11):
            assert manager.get(reverse(name)).status_code == 200


def test_places_go_to_excel(manager: Client) -> None:
    rows = cells(manager.get(f"{reverse('estate:places')}?kind=unit&export=xlsx").content, "位置")
    assert [(row[0], row[5], row[6]) for row in rows[1:]] == [
        ("P1-1-1-101", "已入住", "王小明"),
        ("P1-1-1-102", "空置", ""),
    ]


@pytest.mark.parametrize("text", ["wxm", "小明", "13800001234", "1234"])
def test_a_customer_is_found_and_the_number_is_masked(manager: Client, text: str) -> None:
    shown = manager.get(reverse("estate:customers"), {"q": text}).content.decode()
    assert "王小明" in shown
    assert "孙七" not in shown
    assert "138****1234" in shown
    assert shown.count("13800001234") == shown.count(text) * (text == "13800001234"), "only what was asked for itself"
    exported = cells(manager.get(reverse("estate:customers"), {"export": "xlsx"}).content, "客户")
    assert ["王小明", "个人", "138****1234", "一期1栋1单元101"] in exported


def test_a_number_is_revealed_with_a_reason(manager: Client, lived_in: Estate) -> None:
    phone = Customer.objects.get(name="王小明").phones.get()
    said = {"target_type": "estate.customerphone", "target_id": phone.pk, "reason": "回电"}
    assert "13800001234" in manager.post(reverse("identity:reveal_phone"), said).content.decode()


def test_a_new_status_is_set_on_the_page(manager: Client) -> None:
    path = reverse("estate:occupancy", args=["P1-1-1-101"])
    assert manager.post(path, {"o-status": "let", "o-starts_on": "2026-11-01"}).status_code == 302
    assert Occupancy.objects.get(place__code="P1-1-1-101", ends_on=None).status == "let"
    refused = manager.post(path, {"o-status": "vacant", "o-starts_on": "2020-01-01"})
    assert refused.status_code == 422
    assert "不能早于" in refused.content.decode()


def test_an_account_is_opened_and_transferred_on_the_page(manager: Client) -> None:
    person = {"name": "赵六", "kind": "person", "phones": "13900005678", "id_no": ""}
    opening = {f"w-{key}": value for key, value in person.items()} | {"w-starts_on": "2026-01-01"}
    assert manager.post(reverse("estate:opening", args=["P1-1-1-102"]), opening).status_code == 302
    assert Account.objects.get(number="P1-1-1-102.1").customer.name == "赵六"
    transfer = {f"x-{key}": value for key, value in person.items()} | {"x-on": TODAY, "x-with_places": "on"}
    assert manager.post(reverse("estate:transfer", args=["P1-1-1-101"]), transfer).status_code == 302
    account = Account.objects.get(number="P1-1-1-101.2")
    assert account.customer.accounts.count() == 2, "the same person"
    assert account.places.count() == 2
    again = manager.post(reverse("estate:opening", args=["P1-1-1-102"]), opening)
    assert again.status_code == 422
    assert "过户" in again.content.decode()
    assert 'value="赵六"' in again.content.decode(), "what was typed stays"


def test_a_household_is_kept_on_the_page(manager: Client) -> None:
    person = {"m-name": "周八", "m-kind": "person", "m-phones": "1360000222", "m-id_no": "", "m-relation": "family"}
    path = reverse("estate:members", args=["P1-1-1-101.1"])
    assert "不是电话号码" in manager.post(path, {**person, "m-starts_on": TODAY}).content.decode()
    assert manager.post(path, {**person, "m-phones": "13600002222", "m-starts_on": TODAY}).status_code == 302
    member = HouseholdMember.objects.get(customer__name="周八")
    manager.post(reverse("estate:member_ending", args=["P1-1-1-101.1", member.pk]))
    member.refresh_from_db()
    assert member.ends_on is not None


def test_spaces_join_and_leave_an_account_on_the_page(manager: Client, lived_in: Estate) -> None:
    path = reverse("estate:account_places", args=["P1-1-1-101.1"])
    assert manager.post(path, {"a-place": "PK-B1-13", "a-starts_on": TODAY}).status_code == 302
    row = Account.objects.get(number="P1-1-1-101.1").places.get(place__code="PK-B1-13")
    manager.post(reverse("estate:holding_ending", args=["P1-1-1-101.1", row.pk]))
    row.refresh_from_db()
    assert row.ends_on is not None


def test_an_account_is_ended_on_the_page(manager: Client) -> None:
    path = reverse("estate:account_ending", args=["P1-1-1-101.1"])
    assert manager.post(path, {"e-ends_on": TODAY}).status_code == 302
    assert Account.objects.get(number="P1-1-1-101.1").ends_on == date(2026, 11, 4)
    assert "已销户" in manager.get(reverse("estate:account", args=["P1-1-1-101.1"])).content.decode()


def test_a_customer_is_put_right_on_the_page(manager: Client) -> None:
    customer = Customer.objects.get(name="王小明")
    path = reverse("estate:customer", args=[customer.pk])
    said = {"name": "王晓明", "kind": "person", "phones": "13800001234、13311112222", "id_no": "", "note": "夜班"}
    assert manager.post(path, said).status_code == 302
    customer.refresh_from_db()
    assert (customer.name, customer.phones.count(), customer.note) == ("王晓明", 2, "夜班")
    assert manager.post(path, {**said, "phones": "x"}).status_code == 422


def test_the_form_of_a_customer_shows_no_number_and_loses_none(manager: Client) -> None:
    customer = Customer.objects.get(name="王小明")
    path, number = reverse("estate:customer", args=[customer.pk]), customer.phones.get().number
    page = manager.get(path)
    shown = page.context["form"].initial["phones"]
    assert number not in page.content.decode()
    said = {"name": "王小明", "kind": "person", "phones": f"{shown}、13311112222", "id_no": "", "note": ""}
    assert manager.post(path, said).status_code == 302
    assert set(customer.phones.values_list("number", flat=True)) == {number, "13311112222"}
    assert manager.post(path, {**said, "phones": "199****0000"}).status_code == 422


def test_keepers_get_their_territories(manager: Client, lived_in: Estate) -> None:
    keeper = lived_in.cast.user(Role.KEEPER, lived_in.site, name="管家甲")
    path = reverse("estate:territories")
    assert manager.post(path, {"place": "P9", "keeper": keeper.pk, "starts_on": TODAY}).status_code == 422
    assert manager.post(path, {"place": "P1-1", "keeper": keeper.pk, "starts_on": "2026-01-01"}).status_code == 302
    assert queries.keeper_of(lived_in.place("P1-1-1-101"), date(2026, 11, 4)) == keeper
    assert "管家甲" in manager.get(path).content.decode()
    said = {"t-keeper": keeper.pk, "t-starts_on": "2026-02-01"}
    assert manager.post(reverse("estate:territory", args=["P1-1-1"]), said).status_code == 302
    territory = KeeperTerritory.objects.get(place__code="P1-1-1")
    manager.post(reverse("estate:territory_ending", args=[territory.pk]))
    territory.refresh_from_db()
    assert territory.ends_on is not None


def test_a_keeper_may_not_transfer(lived_in: Estate) -> None:
    client = signed_in(lived_in.cast.user(Role.KEEPER, lived_in.site), lived_in)
    assert client.post(reverse("estate:transfer", args=["P1-1-1-101"]), {}).status_code == 404
    assert "过户" not in client.get(reverse("estate:place", args=["P1-1-1-101"])).content.decode()
    assert Account.objects.count() == 1


def upload(client: Client, content: bytes, name: str = "房产.xlsx") -> Any:
    said = {"kind": "estate", "file": SimpleUploadedFile(name, content)}
    return client.post(reverse("estate:imports"), said, follow=True)


def test_a_workbook_is_previewed_and_then_taken_once(manager: Client, lived_in: Estate) -> None:
    shown = upload(manager, book(房屋=[unit("201"), owner(phone="13911110000")])).content.decode()
    assert "确认导入" in shown
    assert "138****1234" in shown
    assert not Place.objects.filter(code="P1-1-1-201").exists(), "a preview writes nothing"
    sent = EstateImport.objects.get()
    path = reverse("estate:import_taking", args=[sent.pk])
    assert "已导入" in manager.post(path, follow=True).content.decode()
    assert lived_in.place("P1-1-1-201")
    assert manager.post(path).status_code == 409
    assert "房产.xlsx" in manager.get(reverse("estate:imports")).content.decode()


def test_errors_are_shown_and_handed_back(manager: Client) -> None:
    shown = upload(manager, book(房屋=[unit(f"{n}01", 状态="飞") for n in range(1, 31)])).content.decode()
    assert "有 30 处错误" in shown
    assert "1 / 2" in shown
    assert "确认导入" not in shown
    sent = EstateImport.objects.get()
    answer = manager.get(reverse("estate:import_errors", args=[sent.pk]))
    assert cells(answer.content, "房屋")[0][-1] == "错误"


@pytest.mark.parametrize("content", [b"not a workbook", b"", b"PK\x03\x04"])
def test_what_is_no_workbook_is_said_in_the_form(manager: Client, content: bytes) -> None:
    answer = upload(manager, content)
    assert answer.status_code == 422
    assert not EstateImport.objects.exists()


def test_a_long_workbook_is_left_to_a_worker(manager: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    from zhongshu.estate import jobs

    monkeypatch.setattr(jobs, "AT_ONCE", 1)
    shown = upload(manager, book(房屋=[unit("201"), unit("202")])).content.decode()
    assert 'hx-trigger="every 2s"' in shown
    sent = EstateImport.objects.get()
    jobs.check_import(import_id=sent.pk)
    fragment = manager.get(reverse("estate:import", args=[sent.pk]), headers={"HX-Request": "true"}).content.decode()
    assert "确认导入" in fragment
    assert "<html" not in fragment
    manager.post(reverse("estate:import_taking", args=[sent.pk]))
    jobs.take_import(import_id=sent.pk)
    jobs.take_import(import_id=sent.pk)
    sent.refresh_from_db()
    assert sent.state == ImportState.TAKEN
    assert AuditEntry.objects.filter(verb="estate.take_workbook", user=sent.created_by).count() == 1


def test_template_and_export_are_at_hand(manager: Client, lived_in: Estate) -> None:
    assert cells(manager.get(reverse("estate:template", args=["estate"])).content, "房屋")[0][0] == "期"
    exported = manager.get(reverse("estate:export", args=["estate"])).content
    assert take(lived_in, exported).report.total("created") == 0
    assert AuditEntry.objects.filter(verb="estate.export").exists()
    assert manager.get(reverse("estate:template", args=["nothing"])).status_code == 422


def test_a_keeper_imports_nothing(lived_in: Estate) -> None:
    client = signed_in(lived_in.cast.user(Role.KEEPER, lived_in.site), lived_in)
    for path in (reverse("estate:imports"), reverse("estate:export", args=["estate"])):
        assert client.get(path).status_code == 404
