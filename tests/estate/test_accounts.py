"""One owner after another: accounts, households, statuses and keepers over time."""

from datetime import date

import pytest
from django.db import IntegrityError, transaction

from tests.estate.conftest import LONG_AGO, Estate
from zhongshu.estate import actions, queries
from zhongshu.estate.actions.accounts import hold_unsold
from zhongshu.estate.errors import AccountOverlap, BadPeriod, MemberOverlap, PlaceExists, PlaceTaken, SiteExists
from zhongshu.estate.models import Account, AccountPlace, HouseholdMember, Occupancy, Place
from zhongshu.estate.naming import Address
from zhongshu.identity.models import AuditEntry
from zhongshu.identity.roles import Role
from zhongshu.kernel.errors import Invalid, NotFound

SOLD_ON = date(2026, 6, 1)


def open_for(estate: Estate, name: str = "王小明", *phones: str, starts_on: date = LONG_AGO) -> Account:
    unit, customer = estate.place("P1-1-1-101"), estate.customer(name, *phones)
    return actions.open_account(actor=estate.manager, at=estate.at, unit=unit, customer=customer, starts_on=starts_on)


def test_a_site_code_is_given_once(bare: Estate) -> None:
    with pytest.raises(SiteExists, match="WTY"):
        actions.add_site(actor=bare.cast.system, at=bare.at, code="wty", name="又一个")


@pytest.mark.parametrize("code", ["", "1A", "A B", "东", "A" * 21])
def test_a_site_code_begins_with_a_letter(bare: Estate, code: str) -> None:
    with pytest.raises(Invalid):
        actions.add_site(actor=bare.cast.system, at=bare.at, code=code, name="又一个")


def test_places_know_their_path(estate: Estate) -> None:
    assert estate.place("P1-1-1-201").path == "WTY/P1/P1-1/P1-1-1/P1-1-1-F2/P1-1-1-201"
    assert estate.place("P1-1-1-201").label == "一期1栋1单元201"


def test_a_place_is_added_once_and_nothing_with_it(estate: Estate) -> None:
    again = [*Address("P9", "1", "", None, "1").above(), estate_unit := Address("P1", "1", "1", 1, "101").unit()]
    with pytest.raises(PlaceExists, match=estate_unit.code):
        actions.add_places(actor=estate.cast.system, at=estate.at, site=estate.site, rows=again)
    assert not Place.objects.filter(site=estate.site, code="P9").exists()


def test_a_place_needs_a_parent(estate: Estate) -> None:
    lost = Address("P7", "1", "1", 1, "101").unit()
    with pytest.raises(Invalid, match="P7-1-1-F1"):
        actions.add_places(actor=estate.cast.system, at=estate.at, site=estate.site, rows=[lost])


def test_an_account_brings_the_dwelling_and_the_owner(estate: Estate) -> None:
    account = open_for(estate)
    assert account.number == "P1-1-1-101.1"
    assert queries.account_at(account.unit, SOLD_ON) == account
    assert [member.relation for member in queries.members_of(account, SOLD_ON)] == ["owner"]
    assert AuditEntry.objects.filter(verb="estate.open_account", target_id=str(account.pk)).exists()


def test_no_account_before_it_began(estate: Estate) -> None:
    account = open_for(estate)
    assert queries.account_at(account.unit, date(2024, 3, 4)) is None


def test_a_second_owner_is_refused_and_told_about_transfer(estate: Estate) -> None:
    open_for(estate)
    with pytest.raises(AccountOverlap, match="过户"):
        open_for(estate, "李四", starts_on=SOLD_ON)
    assert Account.objects.filter(site=estate.site).count() == 1


def test_the_database_itself_keeps_accounts_apart(estate: Estate) -> None:
    account = open_for(estate)
    with pytest.raises(IntegrityError, match="account_no_overlap"), transaction.atomic():
        Account.objects.create(
            site=estate.site, number="x", customer=account.customer, unit=account.unit, starts_on=SOLD_ON
        )
    with pytest.raises(IntegrityError, match="account_place_no_overlap"), transaction.atomic():
        AccountPlace.objects.create(site=estate.site, account=account, place=account.unit, starts_on=SOLD_ON)
    with pytest.raises(IntegrityError, match="household_member_no_overlap"), transaction.atomic():
        HouseholdMember.objects.create(
            site=estate.site, account=account, customer=account.customer, relation="owner", starts_on=SOLD_ON
        )


def test_transfer_closes_one_and_opens_the_other_the_same_day(estate: Estate) -> None:
    former = open_for(estate)
    space = estate.place("PK-B1-12")
    actions.attach_place(actor=estate.manager, at=estate.at, account=former, place=space, starts_on=LONG_AGO)
    buyer = estate.customer("赵六", "13900005678")
    account = actions.transfer_account(actor=estate.manager, at=estate.at, unit=former.unit, customer=buyer, on=SOLD_ON)
    former.refresh_from_db()
    assert (former.ends_on, account.starts_on, account.number) == (SOLD_ON, SOLD_ON, "P1-1-1-101.2")
    assert queries.account_at(space, date(2026, 5, 31)) == former
    assert queries.account_at(space, SOLD_ON) == account
    assert not queries.members_of(former, SOLD_ON)


def test_transfer_needs_somebody_to_follow(estate: Estate) -> None:
    with pytest.raises(Invalid, match="直接开户"):
        actions.transfer_account(
            actor=estate.manager, at=estate.at, unit=estate.place("P1-1-1-102"), customer=estate.customer(), on=SOLD_ON
        )


def test_transfer_to_oneself_is_refused_and_changes_nothing(estate: Estate) -> None:
    account = open_for(estate)
    with pytest.raises(Invalid, match="同一个人"):
        actions.transfer_account(
            actor=estate.manager, at=estate.at, unit=account.unit, customer=account.customer, on=SOLD_ON
        )
    assert Account.objects.get().ends_on is None


def test_an_account_ends_once_and_not_before_it_began(estate: Estate) -> None:
    account = open_for(estate)
    with pytest.raises(BadPeriod):
        actions.end_account(actor=estate.manager, at=estate.at, account=account, ends_on=date(2020, 1, 1))
    actions.end_account(actor=estate.manager, at=estate.at, account=account, ends_on=SOLD_ON)
    with pytest.raises(BadPeriod):
        actions.end_account(actor=estate.manager, at=estate.at, account=account, ends_on=SOLD_ON)


def test_the_household_grows_and_shrinks(estate: Estate) -> None:
    account = open_for(estate)
    tenant = estate.customer("孙七", "13700001111")
    said = {"actor": estate.manager, "at": estate.at}
    member = actions.add_member(**said, account=account, customer=tenant, relation="tenant", starts_on=SOLD_ON)
    with pytest.raises(MemberOverlap):
        actions.add_member(**said, account=account, customer=tenant, relation="family", starts_on=SOLD_ON)
    assert [home.unit.code for home in queries.accounts_of_phone(estate.site.pk, "137 0000 1111", SOLD_ON)] == [
        "P1-1-1-101"
    ]
    actions.end_member(**said, member=member, ends_on=date(2026, 7, 1))
    assert queries.accounts_of_phone(estate.site.pk, "13700001111", date(2026, 7, 1)) == []


def test_the_holder_does_not_leave_by_the_back_door(estate: Estate) -> None:
    account = open_for(estate)
    with pytest.raises(Invalid, match="过户"):
        actions.end_member(actor=estate.manager, at=estate.at, member=account.members.get(), ends_on=SOLD_ON)


def test_a_space_belongs_to_one_account(estate: Estate) -> None:
    account, space = open_for(estate), estate.place("PK-B1-12")
    said = {"actor": estate.manager, "at": estate.at}
    row = actions.attach_place(**said, account=account, place=space, starts_on=LONG_AGO)
    with pytest.raises(PlaceTaken):
        actions.attach_place(**said, account=account, place=space, starts_on=SOLD_ON)
    actions.detach_place(**said, account_place=row, ends_on=SOLD_ON)
    assert queries.account_at(space, SOLD_ON) is None
    with pytest.raises(Invalid, match="房屋"):
        actions.detach_place(**said, account_place=account.places.get(place=account.unit), ends_on=SOLD_ON)


def test_unsold_units_are_one_account_of_the_developer(estate: Estate) -> None:
    developer = estate.customer("梧桐置业有限公司")
    said = {"actor": estate.manager, "at": estate.at, "customer": developer, "starts_on": LONG_AGO}
    first = hold_unsold(**said, units=[estate.place("P1-1-1-201")])
    second = hold_unsold(**said, units=[estate.place("P1-1-1-202")])
    assert first == second
    assert queries.account_at(estate.place("P1-1-1-202"), SOLD_ON) == first
    with pytest.raises(PlaceTaken):
        hold_unsold(**said, units=[estate.place("P1-1-1-202")])


def test_a_status_follows_another_or_corrects_it(estate: Estate) -> None:
    unit = estate.place("P1-1-1-101")
    said = {"actor": estate.manager, "at": estate.at, "place": unit}
    actions.set_occupancy(**said, status="handed_over", starts_on=LONG_AGO)
    actions.set_occupancy(**said, status="fitting_out", starts_on=SOLD_ON)
    actions.set_occupancy(**said, status="occupied", starts_on=SOLD_ON)
    history = list(Occupancy.objects.filter(place=unit).order_by("starts_on").values_list("status", "ends_on"))
    assert history == [("handed_over", SOLD_ON), ("occupied", None)]
    with pytest.raises(BadPeriod):
        actions.set_occupancy(**said, status="let", starts_on=LONG_AGO)


def test_the_nearest_territory_wins(estate: Estate) -> None:
    said = {"actor": estate.manager, "at": estate.at, "starts_on": LONG_AGO}
    wide, near = (estate.cast.user(Role.KEEPER, estate.site, name=name) for name in ("管家甲", "管家乙"))
    actions.assign_territory(**said, place=estate.place("P1"), keeper=wide)
    territory = actions.assign_territory(**said, place=estate.place("P1-1-1"), keeper=near)
    unit = estate.place("P1-1-1-101")
    assert queries.keeper_of(unit, SOLD_ON) == near
    assert queries.keeper_of(estate.place("P1-1"), SOLD_ON) == wide
    actions.end_territory(actor=estate.manager, at=estate.at, territory=territory, ends_on=SOLD_ON)
    assert queries.keeper_of(unit, SOLD_ON) == wide


def test_a_keeper_works_at_the_site(estate: Estate) -> None:
    stranger = estate.cast.user(Role.KEEPER, estate.cast.xh)
    with pytest.raises(Invalid, match="没有岗位"):
        actions.assign_territory(
            actor=estate.manager, at=estate.at, place=estate.place("P1"), keeper=stranger, starts_on=LONG_AGO
        )


@pytest.mark.parametrize("role", [Role.TECHNICIAN, Role.KEEPER, Role.RESIDENT])
def test_not_everybody_opens_accounts(estate: Estate, role: Role) -> None:
    with pytest.raises(NotFound):
        actions.open_account(
            actor=estate.cast.actor(role, estate.site),
            at=estate.at,
            unit=estate.place("P1-1-1-101"),
            customer=estate.customer(),
            starts_on=LONG_AGO,
        )
    assert not Account.objects.exists()


def test_a_manager_of_another_site_opens_none_here(estate: Estate) -> None:
    with pytest.raises(NotFound):
        actions.open_account(
            actor=estate.cast.actor(Role.SITE_MANAGER, estate.cast.xh),
            at=estate.at,
            unit=estate.place("P1-1-1-101"),
            customer=estate.customer(),
            starts_on=LONG_AGO,
        )


@pytest.mark.parametrize(
    "text", ["王小明", "小明", "wxm", "13800001234", "1380", "1234", "P1-1-1-101", "1-1-101", "101", "1栋1单元101"]
)
def test_an_account_is_found_by_what_people_know(estate: Estate, text: str) -> None:
    account = open_for(estate)
    assert queries.search_accounts(estate.site.pk, text) == [account]
    assert queries.search_accounts(estate.cast.xh.pk, text) == []


def test_a_member_leads_to_the_account(estate: Estate) -> None:
    account = open_for(estate)
    guest = estate.customer("曾可", "13600002222")
    actions.add_member(
        actor=estate.manager, at=estate.at, account=account, customer=guest, relation="family", starts_on=SOLD_ON
    )
    assert queries.search_accounts(estate.site.pk, "zk") == [account]
    assert list(queries.customers_matching(estate.site.pk, "136-0000-2222")) == [guest]


def test_the_layout_follows_the_places(estate: Estate) -> None:
    before = queries.layout_of(estate.site.pk)
    assert queries.layout_of(estate.site.pk) is before
    address = Address("P1", "2", "1", 1, "101")
    rows = [row for row in (*address.above(), address.unit()) if row.code != "P1"]
    actions.add_places(actor=estate.cast.system, at=estate.at, site=estate.site, rows=rows)
    assert "P1-2-1-101" in queries.layout_of(estate.site.pk).nodes


def test_customers_are_put_right(estate: Estate) -> None:
    customer = estate.customer("王小明", "13800001234")
    actions.edit_customer(
        actor=estate.manager,
        at=estate.at,
        customer=customer,
        name=" 王 晓明 ",
        phones=["13800009999、0755-26001234"],
        kind="person",
        id_no="",
        note="",
    )
    customer.refresh_from_db()
    assert (customer.name, customer.initials) == ("王 晓明", "wxm")
    assert list(customer.phones.order_by("pk").values_list("number", "is_primary")) == [
        ("13800009999", True),
        ("075526001234", False),
    ]
    with pytest.raises(Invalid, match="12"):
        estate.customer("李四", "12")
