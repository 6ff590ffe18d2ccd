"""The items most companies charge, with the codes usual among them; a site takes over what it lacks. Without prices."""

from dataclasses import asdict, dataclass
from typing import Any, Final

from zhongshu.billing.kinds import Cycle, Method, Payer, Timing
from zhongshu.ledger.kinds import Fund


@dataclass(frozen=True, slots=True)
class Starter:
    """The columns of a ChargeItem, where they differ from its defaults. Only the management fee counts as arrears."""

    code: str
    name: str
    method: Method
    fund: Fund = Fund.OPERATING
    cycle: Cycle = Cycle.MONTH
    timing: Timing = Timing.ADVANCE
    is_recurring: bool = False
    is_everywhere: bool = True
    place_kinds: tuple[str, ...] = ("unit",)
    usages: tuple[str, ...] = ()
    payer: Payer = Payer.OWNER
    security: int = 0

    @property
    def facts(self) -> dict[str, Any]:
        """As the table keeps them."""
        return asdict(self) | {"place_kinds": list(self.place_kinds), "usages": list(self.usages)}


def _once(code: str, name: str, **facts: Any) -> Starter:
    return Starter(code, name, Method.ONE_OFF, is_everywhere=False, **facts)


REPAIRS: Final = _once("WXF", "有偿维修费", payer=Payer.OCCUPANT)  # matter
"""What an agreed price of a work order becomes."""

_METERED: Final[dict[str, Any]] = {"timing": Timing.ARREARS, "payer": Payer.OCCUPANT, "is_everywhere": False}
_RENT: Final[dict[str, Any]] = {"fund": Fund.COMMON_AREA_REVENUE, "is_everywhere": False}

STARTERS: Final = (
    Starter("WYF", "物业费", Method.AREA_GROSS, is_recurring=True, usages=("dwelling",)),  # matter
    Starter("SYWYF", "商业物业费", Method.AREA_GROSS, is_recurring=True, usages=("shop", "office")),  # matter
    Starter("LJF", "垃圾清运费", Method.FIXED),  # matter
    Starter("CWGLF", "车位管理费", Method.FIXED, is_everywhere=False, place_kinds=("parking",)),  # matter
    Starter("SF", "水费", Method.METERED, **_METERED),  # matter
    Starter("DF", "电费", Method.METERED, **_METERED),  # matter
    Starter("GTSF", "公摊水费", Method.SHARED, timing=Timing.ARREARS),  # matter
    Starter("GTDF", "公摊电费", Method.SHARED, timing=Timing.ARREARS),  # matter
    Starter("ZXYJ", "装修押金", Method.DEPOSIT, Fund.DEPOSITS, is_everywhere=False),  # matter
    _once("ZXLJ", "装修垃圾清运费"),  # matter
    REPAIRS,
    _once("LSTC", "临时停车费"),  # matter
    Starter("CWZJ", "车位租金", Method.RENT, **_RENT),  # matter
    Starter("GGF", "广告位收益", Method.RENT, **_RENT),  # matter
    Starter("CDF", "场地租金", Method.RENT, **_RENT),  # matter
)
