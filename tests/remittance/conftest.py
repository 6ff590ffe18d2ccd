"""What the stories of remittance begin with."""

from collections.abc import Iterator
from datetime import datetime

import pytest

from tests.billing.till import Till
from tests.cast import Cast
from tests.remittance.online import Counter
from tests.remittance.servers.alipay import Alipay, alipay
from tests.remittance.servers.wechat import WechatPay, wechat_pay


@pytest.fixture
def till(cast: Cast, noon: datetime) -> Till:
    """A cashier and an account without bills; today is 2026-11-04."""
    return Till.open(cast, noon)


@pytest.fixture
def wechat() -> Iterator[WechatPay]:
    with wechat_pay() as server:
        yield server


@pytest.fixture
def ali() -> Iterator[Alipay]:
    with alipay() as server:
        yield server


@pytest.fixture
def counter(till: Till, wechat: WechatPay, ali: Alipay, settings: object) -> Counter:
    """The site can be paid by WeChat Pay and Alipay."""
    settings.WEBHOOKS_PRIVATE = True  # type: ignore[attr-defined]
    return Counter.open(till, wechat, ali)
