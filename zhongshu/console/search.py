"""Finding things by what people remember of them."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q
from django.urls import reverse

from zhongshu.cases.models import Case
from zhongshu.cases.queries import cases_visible
from zhongshu.console import accounts
from zhongshu.console.accounts import AccountBrief
from zhongshu.console.permissions import SEE_ACCOUNTS
from zhongshu.estate.models import Account, Place
from zhongshu.estate.queries import digits_of, place_matches
from zhongshu.identity.actor import Actor
from zhongshu.kernel.clock import day_of
from zhongshu.knowledge import queries as knowledge
from zhongshu.knowledge.kinds import FOR_STAFF
from zhongshu.knowledge.queries import Found
from zhongshu.work.models import WorkOrder
from zhongshu.work.queries import orders_visible

MOST = 10
SHORTEST = 2


@dataclass(frozen=True, slots=True)
class Hits:
    """What was found at a site."""

    accounts: list[AccountBrief]
    cases: list[Case]
    orders: list[WorkOrder]
    places: list[Place]
    articles: list[Found]

    @property
    def total(self) -> int:
        return len(self.accounts) + len(self.cases) + len(self.orders) + len(self.places) + len(self.articles)


def exact(actor: Actor, text: str) -> str | None:
    """The address of the case, order or account with just this number. At most three statements."""
    number = text.upper()
    if not number or not any(char.isdigit() for char in number):
        return None
    if cases_visible(actor).filter(number=number).exists():
        return reverse("cases:case", args=[number])
    if orders_visible(actor).filter(number=number).exists():
        return reverse("work:order", args=[number])
    if actor.visible(Account.objects.filter(number=number), SEE_ACCOUNTS).exists():
        return reverse("console:account", args=[number])
    return None


def hits(actor: Actor, site_id: int, text: str, *, at: datetime) -> Hits:
    """Six statements at most."""
    if len(text) < SHORTEST and text.isascii():
        return Hits([], [], [], [], [])
    return Hits(
        accounts=accounts.found(site_id, text, at=at, limit=MOST),
        cases=_cases(actor, site_id, text),
        orders=_orders(actor, site_id, text),
        places=list(Place.objects.filter(place_matches(text), site_id=site_id, is_active=True)[:MOST]),
        articles=_articles(site_id, text, at=at),
    )


def _articles(site_id: int, text: str, *, at: datetime) -> list[Found]:
    return knowledge.search(knowledge.shown(knowledge.in_force_at(site_id, day_of(at)), FOR_STAFF), text, most=MOST)


def _cases(actor: Actor, site_id: int, text: str) -> list[Case]:
    said = Q(number__icontains=text) | Q(text__icontains=text) | Q(caller_name__icontains=text)
    if len(digits_of(text)) >= 4:
        said |= Q(caller_phone__endswith=digits_of(text)) | Q(caller_phone__startswith=digits_of(text))
    rows = cases_visible(actor).filter(said, site_id=site_id).select_related("place", "owner")
    return list(rows.order_by("-opened_at")[:MOST])


def _orders(actor: Actor, site_id: int, text: str) -> list[WorkOrder]:
    said = Q(number__icontains=text) | Q(title__icontains=text)
    rows = orders_visible(actor).filter(said, site_id=site_id).select_related("place", "assignee__user", "team")
    return list(rows.order_by("-opened_at")[:MOST])
