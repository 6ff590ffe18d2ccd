"""Customers are told once, by whichever way they want."""

from datetime import datetime

import pytest
from pytest_django import DjangoAssertNumQueries

from tests.cast import Cast
from zhongshu.estate.models import Customer
from zhongshu.messaging.actions import CustomerTelling, tell_customers
from zhongshu.messaging.models import CustomerNotice


@pytest.fixture
def owners(cast: Cast) -> list[Customer]:
    return [Customer.objects.create(site=cast.yql, kind="person", name=name) for name in ("王小明", "李芳")]


def outage(cast: Cast, customers: list[Customer], *, key: str = "outage:1", phone: str = "") -> CustomerTelling:
    return CustomerTelling(
        customer_ids=tuple(customer.pk for customer in customers),
        site_id=cast.yql.pk,
        kind="incident_opened",
        title="停水通知",
        body="3栋水泵故障，预计18:00恢复。",
        dedupe_key=key,
        phone=phone,
    )


def test_each_customer_is_told_once_about_one_occasion(cast: Cast, owners: list[Customer], noon: datetime) -> None:
    assert tell_customers([outage(cast, owners[:1])], at=noon) == 1
    assert tell_customers([outage(cast, owners), outage(cast, owners)], at=noon) == 1  # the first knows already
    assert tell_customers([outage(cast, owners, key="outage:2")], at=noon) == 2
    assert CustomerNotice.objects.filter(customer=owners[0]).count() == 2


def test_a_caller_who_is_no_customer_is_told_by_the_number(cast: Cast, noon: datetime) -> None:
    assert tell_customers([outage(cast, [], phone="13800000001"), outage(cast, [], phone="13800000002")], at=noon) == 2
    assert tell_customers([outage(cast, [], phone="13800000001")], at=noon) == 0
    assert set(CustomerNotice.objects.values_list("phone", flat=True)) == {"13800000001", "13800000002"}


def test_nobody_to_tell_is_nothing_told(cast: Cast, noon: datetime) -> None:
    assert tell_customers([outage(cast, [])], at=noon) == 0
    assert tell_customers([], at=noon) == 0


def test_telling_is_one_statement(
    cast: Cast, owners: list[Customer], noon: datetime, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(1):
        tell_customers([outage(cast, owners), outage(cast, owners, key="outage:2")], at=noon)
