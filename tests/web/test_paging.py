"""Pages of lists: what is small is counted, what is large can be paged through all the same."""

import pytest
from django.template.loader import render_to_string
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext

from zhongshu.identity.models import Company, Site
from zhongshu.web import paging
from zhongshu.web.paging import Page, page_of

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def seven(monkeypatch) -> None:
    monkeypatch.setattr(paging, "MOST_COUNTED", 4)
    company = Company.objects.create(name="安居")
    Site.objects.bulk_create(Site(company=company, code=f"S{n}", name="项目") for n in range(7))


def page(number: str, rows=None, size: int = 2) -> Page[Site]:
    return page_of(Site.objects.order_by("code") if rows is None else rows, number, size=size)


def codes(shown: Page[Site]) -> list[str]:
    return [site.code for site in shown.rows]


def test_up_to_the_limit_the_count_is_exact() -> None:
    shown = page("9", Site.objects.order_by("code").filter(code__lt="S4"))
    assert (shown.total, shown.pages, shown.number, shown.is_exact, shown.next) == (4, 2, 2, True, None)
    assert shown.total_in_words == "4"


def test_beyond_it_every_page_can_still_be_reached() -> None:
    seen, number = [], 1
    while number:
        shown = page(str(number))
        assert (shown.total, shown.is_exact, shown.total_in_words) == (4, False, "4+")
        seen += codes(shown)
        number = shown.next
    assert seen == [f"S{n}" for n in range(7)]


def test_a_page_behind_the_end_is_the_last_and_then_the_count_is_known() -> None:
    shown = page("99999")
    assert (codes(shown), shown.number, shown.pages, shown.total, shown.is_exact) == (["S6"], 4, 4, 7, True)


def test_a_list_costs_two_statements_and_never_counts_further(django_assert_num_queries) -> None:
    with django_assert_num_queries(2) as caught:
        page("2")
    assert isinstance(caught, CaptureQueriesContext)
    assert "LIMIT 5" in caught.captured_queries[0]["sql"]
    assert "ORDER BY" not in caught.captured_queries[0]["sql"]


def test_the_page_says_that_there_are_more() -> None:
    request = RequestFactory().get("/orders")
    said = render_to_string("web/parts/pager.html", {"page": page("1")}, request=request)
    assert "4+" in said
    assert "1 / 2+" in said
