"""Reads composed once give what the queryset itself gives, whatever is given, in every thread."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection
from django.db.models import Exists, OuterRef, QuerySet

from zhongshu.identity.models import Company, RoleGrant, Site, User
from zhongshu.identity.roles import Role
from zhongshu.kernel.composed import Composed, given, insert

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def people(cast) -> None:
    cast.user(Role.KEEPER, cast.yql)
    cast.user(Role.SITE_MANAGER, cast.xh)
    cast.user(Role.ADMINISTRATOR)


def _holders(site_id: int) -> QuerySet[User]:
    held = RoleGrant.objects.filter(user=OuterRef("pk"), site_id=site_id)
    return User.objects.filter(Exists(held)).annotate(is_keeper=Exists(held.filter(role="keeper"))).order_by("pk")


def test_rows_annotations_and_related_rows_are_those_of_the_queryset(cast) -> None:
    composed = Composed(lambda: _holders(given("site")))
    for site in (cast.yql, cast.xh):
        plain = list(_holders(site.pk))
        found = composed.all(site=site.pk)
        assert len(found) == 1
        assert found == plain
        assert [vars(one).keys() for one in found] == [vars(one).keys() for one in plain]
        assert [one.is_keeper for one in found] == [one.is_keeper for one in plain]


def test_related_rows_come_along_and_nothing_is_asked_again(django_assert_num_queries) -> None:
    composed = Composed(lambda: RoleGrant.objects.filter(user_id=given("user")).select_related("site", "user"))
    grant = RoleGrant.objects.filter(site__isnull=False).first()
    with django_assert_num_queries(1):
        found = composed.first(user=grant.user_id)
        assert found.site.code
        assert found.user.pk == grant.user_id
    everywhere = RoleGrant.objects.filter(site__isnull=True).first()
    assert composed.first(user=everywhere.user_id).site is None


def test_nothing_is_none_and_a_value_forgotten_is_a_mistake() -> None:
    composed = Composed(lambda: Site.objects.filter(code=given("code")))
    assert composed.first(code="nowhere") is None
    with pytest.raises(KeyError):
        composed.first(cod="YQL")


@pytest.mark.django_db(transaction=True)
def test_threads_share_it() -> None:
    composed = Composed(lambda: Site.objects.filter(code=given("code")).select_related("company"))
    codes = list(Site.objects.values_list("code", flat=True)) * 10

    def ask(code: str) -> str:
        try:
            return composed.first(code=code).code
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(ask, codes)) == codes


def test_an_inserted_row_is_the_row_that_save_writes(django_assert_num_queries) -> None:
    company = Company.objects.get()
    plain = Site.objects.create(company=company, code="A", name="一")
    ours = Site(company=company, code="B", name="一")
    with django_assert_num_queries(1):
        insert(ours)
    assert (ours._state.adding, ours._state.db) == (False, "default")
    told = [{**row, "id": 0, "code": ""} for row in Site.objects.filter(pk__in=[plain.pk, ours.pk]).values()]
    assert told[0] == told[1]
    ours.name = "二"
    ours.save()
    assert Site.objects.get(code="B").name == "二"
