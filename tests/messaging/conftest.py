"""A company with channels to local servers, and people who are told by them."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

import pytest

from tests.cast import Cast
from tests.identity.conftest import no_jobs
from tests.messaging.servers.smsc import Gateway, gateway
from tests.webhooks.receiver import Receiver, receiving
from zhongshu.estate.models import Customer, CustomerPhone
from zhongshu.identity.actor import Actor
from zhongshu.identity.models import User
from zhongshu.identity.roles import Role
from zhongshu.messaging import actions, batch
from zhongshu.messaging.actions import CustomerTelling
from zhongshu.messaging.kinds import ChannelKind, Group, Way, When
from zhongshu.messaging.models import Channel, CustomerNotice, Delivery

__all__ = ["no_jobs"]


@dataclass
class Office:
    """Whoever tells: shorthand for what the tests say over and over."""

    cast: Cast
    at: datetime

    @property
    def admin(self) -> Actor:
        return self.cast.actor(Role.ADMINISTRATOR)

    def channel(self, kind: ChannelKind, *, groups: tuple[str, ...] = (), **values: str) -> Channel:
        return actions.add_channel(
            actor=self.admin, at=self.at, kind=kind, site=None, name=str(kind), values=values, groups=groups
        )

    def template(self, way: Way, text: str, *, kind: str = "", vendor_id: str = "", title: str = "") -> None:
        words = {"kind": kind, "way": way, "language": "zh-hans", "title": title, "text": text, "vendor_id": vendor_id}
        actions.save_template(actor=self.admin, at=self.at, **words)

    def guard(self, *, phone: str = "13900000001", **ways: When) -> User:
        """Somebody who wants to hear of orders by these ways."""
        user = self.cast.user(Role.GUARD, self.cast.yql)
        User.objects.filter(pk=user.pk).update(phone=phone)
        user.refresh_from_db()
        chosen = {(Group.ORDERS, Way(way)): when for way, when in ways.items()}
        actor = self.cast.actor(Role.GUARD, self.cast.yql)
        actions.choose_mine(actor=actor, at=self.at, email="guard@example.com", choices=chosen)
        return user

    def tell(self, *users: User, key: str = "order:1:move:1", at: datetime | None = None, urgent: bool = False) -> None:
        actions.tell(
            recipient_ids=[user.pk for user in users],
            site_id=self.cast.yql.pk,
            kind="order_assigned",
            title="新工单（P2）：厨房漏水",
            body="3栋101",
            link="/m/orders/GD-1",
            is_urgent=urgent,
            dedupe_key=key,
            at=at or self.at,
        )

    def owner(self, name: str = "王小明", *, phone: str = "13800000001") -> Customer:
        customer = Customer.objects.create(site=self.cast.yql, kind="person", name=name)
        if phone:
            CustomerPhone.objects.create(site=self.cast.yql, customer=customer, number=phone, is_primary=True)
        return customer

    def notify(self, customer: Customer | None, *, key: str = "outage:1", urgent: bool = False) -> CustomerNotice:
        telling = CustomerTelling(
            customer_ids=(customer.pk,) if customer else (),
            site_id=self.cast.yql.pk,
            kind="incident_opened",
            title="停水通知",
            body="3栋水泵故障，预计18:00恢复。",
            dedupe_key=key,
            is_urgent=urgent,
            phone="" if customer else "13700000007",
        )
        actions.tell_customers([telling], at=self.at)
        return CustomerNotice.objects.get(customer=customer, dedupe_key=key)

    def out(self, at: datetime | None = None) -> list[Delivery]:
        """Plan and send what there is; all deliveries then, the oldest first."""
        at = at or self.at
        batch.tick(at=at)
        for channel in Channel.objects.filter(deleted_at=None):
            actions.send_due(channel_id=channel.pk, at=at)
        return list(Delivery.objects.order_by("pk"))


@pytest.fixture
def office(cast: Cast, noon: datetime, settings: object, no_jobs: None) -> Office:
    settings.WEBHOOKS_PRIVATE = True  # type: ignore[attr-defined]
    return Office(cast, noon)


@pytest.fixture
def platform() -> Iterator[Receiver]:
    """A web server that is a group's bot, a push service, WeChat or the SMS vendor."""
    with receiving() as receiver:
        yield receiver


@pytest.fixture
def smsc() -> Iterator[Gateway]:
    with gateway() as known:
        yield known
