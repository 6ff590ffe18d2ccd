"""A site that can be paid online: bills at the till, a dwelling with a code, and providers on this machine."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from tests.billing.till import Till
from tests.remittance.servers.alipay import Alipay
from tests.remittance.servers.wechat import WechatPay
from zhongshu.estate.models import Account, AccountPlace, Place
from zhongshu.identity.actor import Actor, Origin, system_actor
from zhongshu.identity.roles import Role
from zhongshu.remittance import actions
from zhongshu.remittance.gateways.base import Answer, Callback
from zhongshu.remittance.kinds import PayKind, Provider
from zhongshu.remittance.models import OnlineAlert, OnlineNotice, OnlineOrder, PayCode, ProviderAccount

HOME = "https://zs.example.cn"


@dataclass
class Counter:
    """Shorthand for what the stories say over and over; `at` is today's noon."""

    till: Till
    wechat: WechatPay
    ali: Alipay
    merchant: ProviderAccount
    at: datetime

    @classmethod
    def open(cls, till: Till, wechat: WechatPay, ali: Alipay) -> "Counter":
        admin, at = till.cast.actor(Role.ADMINISTRATOR), till.at
        made = {
            provider: actions.save_merchant(actor=admin, at=at, site=till.cast.yql, provider=provider, values=values)
            for provider, values in ((Provider.WECHAT, wechat.settings), (Provider.ALIPAY, ali.settings))
        }
        return cls(till, wechat, ali, made[Provider.WECHAT], at)

    @property
    def alipay_merchant(self) -> ProviderAccount:
        return ProviderAccount.objects.get(provider=Provider.ALIPAY)

    def way(self, provider: Provider = Provider.WECHAT, kind: PayKind = PayKind.NATIVE, **more: Any) -> actions.Way:
        return actions.Way(provider=provider, kind=kind, home=HOME, ip="203.0.113.9", **more)

    def order(self, provider: Provider = Provider.WECHAT, kind: PayKind = PayKind.NATIVE, **said: Any) -> OnlineOrder:
        """The cashier opens an order for all that the account owes."""
        facts = {"actor": self.till.cashier, "at": self.at, "account_id": self.till.account.pk} | said
        return actions.open_order(way=self.way(provider, kind), **facts)

    def hears(self, callback: Callback, *, merchant: ProviderAccount | None = None, after: float = 0) -> Answer:
        """The provider calls; `after` seconds from noon."""
        at = self.at + timedelta(seconds=after)
        who = system_actor(Origin.WEB)
        return actions.hear(actor=who, at=at, merchant=merchant or self.merchant, callback=callback)

    def ask(self, minutes: float) -> None:
        """The job runs so long after noon."""
        actions.ask_due(actor=system_actor(), at=self.at + timedelta(minutes=minutes))

    def verdicts(self) -> list[str]:
        return list(OnlineNotice.objects.order_by("pk").values_list("verdict", flat=True))

    def alerts(self) -> list[tuple[str, Decimal]]:
        return list(OnlineAlert.objects.order_by("pk").values_list("kind", "amount"))

    def owed(self) -> Decimal:
        return sum((charge.owed for charge in self.till.owes(self.at.date().isoformat())), Decimal(0))

    def dwelling(self) -> PayCode:
        """The account's dwelling, with a code on its door."""
        site, account = self.till.cast.yql, self.till.account
        root = Place.objects.create(site=site, kind="community", code="YQL", path="YQL", label="云栖里")
        unit = Place.objects.create(
            site=site, parent=root, kind="unit", code="P1-1-1-101", path="YQL/P1-1-1-101", label="一期1栋1单元101"
        )
        Account.objects.filter(pk=account.pk).update(unit=unit)
        account.refresh_from_db()
        AccountPlace.objects.create(site=site, account=account, place=unit, starts_on=account.starts_on)
        (code,) = actions.make_codes(actor=self.till.cashier, at=self.at, place=unit)
        return code

    def person(self, role: Role, name: str = "") -> Actor:
        return self.till.cast.actor(role, self.till.cast.yql, name=name)
