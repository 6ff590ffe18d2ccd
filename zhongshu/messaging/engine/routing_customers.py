"""By which channel a notice to a customer goes out next."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime

from zhongshu.estate.models import Customer, CustomerPhone
from zhongshu.messaging.engine.lines import Lines, Nights
from zhongshu.messaging.kinds import CUSTOMER_WAYS, Way
from zhongshu.messaging.lifecycle import DeliveryState
from zhongshu.messaging.models import Address, Consent, CustomerNotice, CustomerPreference, Delivery
from zhongshu.messaging.policies.quiet import earliest
from zhongshu.messaging.policies.routing import DEFAULT_ORDER, has_consented, next_way


class CustomerRoutes:
    """What has to be known about the customers of a batch of notices: six statements."""

    def __init__(self, notices: Sequence[CustomerNotice], lines: Lines, *, at: datetime) -> None:
        self.at, self.lines, self.nights = at, lines, Nights.read(at)
        ids = {notice.customer_id for notice in notices if notice.customer_id}
        self._order = dict(CustomerPreference.objects.filter(customer__in=ids).values_list("customer_id", "ways"))
        self._addresses: dict[tuple[int | None, str], str] = {
            (row.customer_id, row.way): row.address for row in Address.objects.filter(customer__in=ids)
        }
        for phone in CustomerPhone.objects.filter(customer__in=ids).order_by("is_primary", "-pk"):
            self._addresses[phone.customer_id, Way.SMS] = phone.number  # the last is the primary, else the oldest
        self._said = latest_consents(ids)
        self._used: dict[int | None, set[str]] = defaultdict(set)
        for notice_id, way in Delivery.objects.filter(notice__in=notices).values_list("notice_id", "way"):
            self._used[notice_id].add(way)

    def next_delivery(self, notice: CustomerNotice) -> Delivery | None:
        """By the first way of the customer's order that is open to us and was not tried; None: there is none left."""
        order = self._order.get(notice.customer_id, DEFAULT_ORDER) if notice.customer_id else (Way.SMS,)
        allowed = [way for way in CUSTOMER_WAYS if self._is_open(notice, way)]
        way = next_way(order, allowed=allowed, used=self._used[notice.pk])
        return self._delivery(notice, way) if way is not None else None

    def _is_open(self, notice: CustomerNotice, way: Way) -> bool:
        if not notice.customer:
            return way == Way.SMS and self.lines.one(way, notice.site_id) is not None
        said = self._said[notice.customer.pk]
        given = {each for each, is_given in said.items() if is_given}
        if not has_consented(way, given=given, revoked=said.keys() - given):
            return False
        if way == Way.PORTAL:
            return notice.customer.user_id is not None
        if way == Way.LETTER:
            return True
        return bool(self._address(notice, way)) and self.lines.one(way, notice.site_id) is not None

    def _address(self, notice: CustomerNotice, way: Way) -> str:
        return self._addresses.get((notice.customer_id, way), "") if notice.customer_id else notice.phone

    def _delivery(self, notice: CustomerNotice, way: Way) -> Delivery:
        """The residents' pages show it by themselves; a letter waits for a person; all else goes by a channel."""
        channel = self.lines.one(way, notice.site_id)
        ready = earliest(self.at, self.nights.of(notice.site_id), is_exempt=notice.is_urgent)
        state = DeliveryState.WAITING if ready == self.at or channel is None else DeliveryState.HELD
        is_there = way == Way.PORTAL
        return Delivery(
            site_id=notice.site_id,
            notice=notice,
            way=way,
            channel=channel,
            key=f"n{notice.pk}:{way}",
            address=self._address(notice, way),
            is_urgent=notice.is_urgent,
            state=DeliveryState.DELIVERED if is_there else state,
            delivered_at=self.at if is_there else None,
            created_at=self.at,
            next_try_at=ready if channel is not None else None,
        )


def reachable(customers: Sequence[Customer], *, at: datetime) -> set[int]:
    """The ids of those to whom some way is open that carries itself: not on paper."""
    notices = [CustomerNotice(pk=-one.pk, site_id=one.site_id, customer=one) for one in customers]
    routes = CustomerRoutes(notices, Lines.read(), at=at)
    found = {one.customer_id: routes.next_delivery(one) for one in notices}
    return {pk for pk, delivery in found.items() if pk and delivery is not None and delivery.way != Way.LETTER}


def latest_consents(customer_ids: set[int]) -> dict[int, dict[str, bool]]:
    """For each customer what was said last about each way. One statement."""
    rows = Consent.objects.filter(customer__in=customer_ids).order_by("customer", "way", "-at", "-pk")
    said: dict[int, dict[str, bool]] = defaultdict(dict)
    for row in rows.distinct("customer", "way"):
        said[row.customer_id][row.way] = row.is_given
    return said


def order_of(customer: Customer) -> list[str]:
    """The customer's order, or that of whoever has chosen none."""
    chosen = CustomerPreference.objects.filter(customer=customer).values_list("ways", flat=True).first()
    return list(DEFAULT_ORDER) if chosen is None else chosen
