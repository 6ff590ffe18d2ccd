"""A company with an endpoint at a real local server, and events that happen at its sites."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import pytest

from tests.cast import Cast
from tests.identity.conftest import no_jobs
from tests.webhooks.receiver import Receiver, receiving
from zhongshu.identity.actor import Actor
from zhongshu.identity.models import Site
from zhongshu.identity.roles import Role
from zhongshu.kernel.outbox import publish
from zhongshu.webhooks import actions
from zhongshu.webhooks.models import Delivery, Endpoint
from zhongshu.work.events import OrderMoved

__all__ = ["no_jobs"]


@dataclass
class Wire:
    """`endpoint` of the site YQL wants everything about work; `secret` is its secret."""

    cast: Cast
    receiver: Receiver
    at: datetime
    endpoint: Endpoint = field(init=False)
    secret: str = field(init=False)

    def __post_init__(self) -> None:
        self.endpoint, self.secret = self.add(self.cast.yql, ["work"])

    @property
    def admin(self) -> Actor:
        return self.cast.actor(Role.ADMINISTRATOR)

    def add(self, site: Site | None, events: list[str]) -> tuple[Endpoint, str]:
        return actions.add_endpoint(actor=self.admin, at=self.at, site=site, url=self.receiver.url, events=events)

    def happen(self, site: Site | None = None, **more: Any) -> None:
        """An order that does not exist made a move: what is told of it names no order."""
        words = {"verb": "accept", "from_state": "dispatched", "to_state": "accepted", "reason": "王小明 15400010001"}
        site_id = (site or self.cast.yql).pk
        publish(OrderMoved(site_id=site_id, order_id=0, **(words | more)), at=self.at)

    def send(self, *, after: timedelta = timedelta(0)) -> None:
        """What a worker does when the latest delivery's turn has come."""
        actions.send(delivery_id=self.delivery.pk, at=self.at + after)

    @property
    def delivery(self) -> Delivery:
        return Delivery.objects.latest("pk")

    def again(self) -> Endpoint:
        self.endpoint.refresh_from_db()
        return self.endpoint


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as receiver:
        yield receiver


@pytest.fixture
def wire(cast: Cast, receiver: Receiver, noon: datetime, settings: Any, no_jobs: None) -> Wire:
    settings.WEBHOOKS_PRIVATE = True
    return Wire(cast, receiver, noon)
