"""What a program calls an account: its number, or the code of its unit on a day."""

import pytest

from tests.billing.estate import DAY, Estate
from tests.billing.till import Till
from zhongshu.estate.models import Account, Customer, Place
from zhongshu.estate.queries import account_named
from zhongshu.kernel.errors import Invalid, NotFound


@pytest.fixture
def sold(cast, noon) -> tuple[Account, Account]:
    """A dwelling that was sold on 2025-06-01 and is empty since 2026-06-01."""
    estate = Estate(cast, noon)
    unit = estate.unit("P1-1-1-101")
    first = estate.account(unit, until="2025-06-01", number="A1")
    return first, estate.account(unit, since="2025-06-01", until="2026-06-01", number="A2")


@pytest.mark.parametrize(
    ("name", "on", "number"),
    [
        ("A1", "2026-11-04", "A1"),
        (" a2 ", "2020-01-01", "A2"),
        ("P1-1-1-101", "2025-05-31", "A1"),
        ("p1-1-1-101", "2025-06-01", "A2"),
        ("P1-1-1-101", "2026-11-04", "A2"),
        ("P1-1-1-101", "2019-01-01", "A2"),
    ],
)
def test_by_number_else_by_unit_on_the_day_else_the_latest(sold, name: str, on: str, number: str) -> None:
    assert account_named(name, DAY(on)).number == number


@pytest.mark.parametrize("name", ["", "P1-1-1", "A", "%", "P1-1-1-101'"])
def test_what_nobody_knows_is_said(sold, name: str) -> None:
    with pytest.raises(NotFound, match="没有编号为"):
        account_named(name, DAY("2026-01-01"))


def test_two_sites_with_the_same_code_ask_for_the_site(cast, sold) -> None:
    there = Place.objects.create(site=cast.xh, code="P1-1-1-101", path="P1-1-1-101", label="101", kind="unit")
    owner = Customer.objects.create(site=cast.xh, kind="person", name="李四")
    Account.objects.create(site=cast.xh, number="B1", customer=owner, unit=there, starts_on=DAY("2026-01-01"))
    with pytest.raises(Invalid, match="XH、YQL"):
        account_named("P1-1-1-101", DAY("2026-02-01"))
    assert account_named("P1-1-1-101", DAY("2026-02-01"), site_id=cast.xh.pk).number == "B1"
    mine = Account.objects.filter(site=cast.yql)
    assert account_named("P1-1-1-101", DAY("2026-02-01"), among=mine).number == "A2"


def test_a_number_two_sites_have_asks_for_the_site(cast) -> None:
    Till.account_of(cast, "A-1")
    owner = Customer.objects.create(site=cast.xh, kind="person", name="李四")
    Account.objects.create(site=cast.xh, number="A-1", customer=owner, starts_on=DAY("2026-01-01"))
    with pytest.raises(Invalid, match="请注明项目"):
        account_named("A-1", DAY("2026-02-01"))
