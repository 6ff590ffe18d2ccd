"""What a site charges: the usual items taken over on the first day, priced by one person and approved by another."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from zhongshu.billing import actions as billing
from zhongshu.billing.actions.contracting import Partner, Terms
from zhongshu.billing.actions.metering import Dial
from zhongshu.billing.kinds import ContractKind, Method
from zhongshu.billing.models import ChargeItem
from zhongshu.billing.policies.cycles import months_later
from zhongshu.billing.policies.rent import Step
from zhongshu.estate.models import AccountPlace, Place
from zhongshu.identity.actor import Actor
from zhongshu.identity.roles import Role
from zhongshu.kernel.clock import day_of
from zhongshu.remittance import actions as remittance
from zhongshu.remittance.layouts.debits import sample
from zhongshu.remittance.models import BankAccount, DebitLayout
from zhongshu.simulation.happenings import Happening
from zhongshu.simulation.hours import midnight
from zhongshu.simulation.workers import somebody

if TYPE_CHECKING:
    from zhongshu.simulation.world import World

BOOKKEEPING: Final = (Role.FINANCE, Role.HEAD_OFFICE)
SECOND: Final = (Role.SITE_MANAGER, Role.HEAD_OFFICE)
LIFT_FEE: Final = "R * 单价 + if(L > 2, L * 0.5, 0)"  # matter
VAT: Final = Decimal("0.06")
LATE: Final = Decimal("0.0003")
#: By code of the item: price and tax.
PRICES: Final = {
    "WYF": ("2.35", VAT),
    "SYWYF": ("4.50", VAT),
    "LJF": ("10", VAT),
    "CWGLF": ("60", VAT),
    "SF": ("3.45", Decimal("0.03")),
    "GTDF": ("0", Decimal(0)),
    "GGF": ("0", VAT),
    "CWZJ": ("0", Decimal("0.09")),
    "DTF": ("0.10", VAT),
}
BEARS_LATE_FEES: Final = ("WYF", "SYWYF", "CWGLF", "CWZJ")
TIERS: Final = [{"up_to": "180", "price": "3.45"}, {"up_to": "260", "price": "4.83"}, {"up_to": None, "price": "5.83"}]
METERED: Final = 12
OUR_BANK: Final = "02000012345678901{:02d}"


@dataclass(frozen=True, slots=True)
class Charging:
    """From which day on a site charges (None: its first), every how many months late fees become charges, and how much
    is put right later, beside a trial that wants to see all of it."""

    starts_on: date | None = None
    late_fees_every: int = 1
    mending: float = 1.0

    def begins(self, day: date) -> bool:
        """Whether it is the first day, for who has not charged before."""
        return self.starts_on is None or day == self.starts_on

    def has_begun(self, day: date) -> bool:
        return self.starts_on is None or day >= self.starts_on


AT_ONCE: Final = Charging()


class Prices:
    """A duty: nothing of it can be left out."""

    def __init__(self) -> None:
        self.arranged = False

    def plan_day(self, world: "World", day: date) -> None:
        if not self.arranged and world.charging.has_begun(day):
            self.arranged = True
            by = world.happening(f"{day}/prices")
            for minutes, arrange in enumerate((_arrange, _meters_and_contracts, _bank)):
                world.later(midnight(day) + timedelta(minutes=6 * minutes), by, partial(arrange, world, by))


def two_people(world: "World", at: datetime, by: Happening) -> tuple[Actor, Actor] | None:
    """Who keeps the books, and another who may agree; None where the site has no two."""
    clerk = somebody(world, BOOKKEEPING, at, by.dice("books"))
    second = clerk and somebody(world, SECOND, at, by.dice("second"), but_not=clerk.user_id)
    return (clerk, second) if clerk and second else None


def numbered(row: Any) -> dict[str, Any]:
    """A receipt that names the row."""
    return {"row": row.pk}


def _arrange(world: "World", by: Happening, at: datetime) -> None:
    """The items, their prices from the first of the month on, and how the site settles debts."""
    people = two_people(world, at, by)
    if people is None or ChargeItem.objects.filter(site=world.site).exists():
        return
    clerk, second = people
    said: dict[str, Any] = {"actor": clerk, "at": at, "site_id": world.site.pk}
    world.do(by, billing.take_over_items, **said)
    own: dict[str, Any] = {"code": "DTF", "name": "电梯运行费", "method": Method.FORMULA, "usages": ["dwelling"]}
    world.do_once(by, numbered, billing.add_item, **said, **own)
    month = day_of(at).replace(day=1)
    world.do(by, billing.set_policy, **said, starts_on=month, prepay_discount=Decimal("0.95"), lpr=Decimal("0.03"))
    for item in ChargeItem.objects.filter(site=world.site, code__in=PRICES).order_by("code"):
        if item.code == "CWGLF":  # every space that somebody holds
            world.do(by, billing.edit_item, actor=clerk, at=at, item_id=item.pk, is_everywhere=True)
        price(world, by, item, at, starts_on=month)
    world.tell(at, by, f"prices proposed by {clerk.name} and approved by {second.name}")


def price(world: "World", by: Happening, item: ChargeItem, at: datetime, *, starts_on: date, factor: int = 100) -> None:
    """Proposed by one, approved by the other; `factor` per cent of the usual price."""
    people, (amount, vat_rate) = two_people(world, at, by), PRICES[item.code]
    if people is None:
        return
    late = LATE if item.code in BEARS_LATE_FEES else Decimal(0)
    facts: dict[str, Any] = {"unit_price": Decimal(amount) * factor / 100, "vat_rate": vat_rate, "late_fee_rate": late}
    if item.method == Method.METERED:
        facts["tiers"] = TIERS
    if item.method == Method.FORMULA:
        facts["formula"] = LIFT_FEE
    said: dict[str, Any] = {"actor": people[0], "at": at, "item_id": item.pk, "starts_on": starts_on}
    receipt = world.do_once(by, numbered, billing.propose_price, **said, **facts)
    if receipt:
        world.do(by, billing.approve_price, actor=people[1], at=at, tariff_id=receipt["row"])


def _meters_and_contracts(world: "World", by: Happening, at: datetime) -> None:
    """Water meters in some dwellings, an advertisement in the lifts, a space that is let."""
    people = two_people(world, at, by)
    if people is None or not ChargeItem.objects.filter(site=world.site).exists():
        return
    month = day_of(at).replace(day=1)
    said: dict[str, Any] = {"actor": people[1], "at": at, "site_id": world.site.pk}
    homes = AccountPlace.objects.filter(site=world.site, ends_on=None, place__kind="unit", account__kind="ordinary")
    for nth, code in enumerate(homes.order_by("place__code").values_list("place__code", flat=True)[:METERED], 1):
        dial = Dial(number=f"{world.site.code}-S{nth:03d}", digits=5, start_value=Decimal(99_980 if nth == 1 else 100))
        fitted: dict[str, Any] = {"place_code": code, "item_code": "SF", "starts_on": month, "dial": dial}
        world.do(by, billing.add_meter, **said, **fitted)
    _sign(world, by, "GG", advertisement(month), said)
    space = Place.objects.filter(site=world.site, kind="parking", account_places__isnull=True).order_by("code").first()
    if space is not None:
        _sign(world, by, "CW", {**let_space(month), "place_code": space.code}, said)


def advertisement(month: date) -> dict[str, Any]:
    """In the lifts, for two years, dearer in the second."""
    steps = [Step(month, Decimal(1200)), Step(months_later(month, 12), Decimal(1260))]
    return {
        "kind": ContractKind.ADVERTISING,
        "title": "电梯轿厢广告",
        "partner": Partner("云上传媒有限公司"),
        "item_code": "GGF",
        "terms": Terms(month, months_later(month, 24), steps),
    }


def let_space(month: date) -> dict[str, Any]:
    """A parking space that nobody owns, for two years."""
    return {
        "kind": ContractKind.PARKING,
        "title": "车位租赁",
        "partner": Partner("邻里便利店"),
        "item_code": "CWZJ",
        "terms": Terms(month, months_later(month, 24), [Step(month, Decimal(350))]),
    }


def _sign(world: "World", by: Happening, what: str, terms: dict[str, Any], said: dict[str, Any]) -> None:
    world.do(by, billing.sign_contract, **said, **terms, number=f"{world.site.code}-{what}-1")


def _bank(world: "World", by: Happening, at: datetime) -> None:
    """An account at a bank which collects by direct debit."""
    clerk = somebody(world, BOOKKEEPING, at, by.dice("books"))
    if clerk is None or BankAccount.objects.filter(site=world.site).exists():
        return
    said: dict[str, Any] = {"actor": clerk, "at": at, "site": world.site}
    receipt = world.do_once(by, numbered, remittance.save_layout, **said, rules=sample("fixed"))
    layout = DebitLayout.objects.filter(pk=receipt["row"]).first() if receipt else None
    ours: dict[str, Any] = {
        "name": "物业费收款户",
        "bank_name": "中国建设银行",
        "number": OUR_BANK.format(world.site.pk % 100),
    }
    world.do_once(by, numbered, remittance.open_bank_account, **said, **ours, merchant="M10086", layout=layout)
