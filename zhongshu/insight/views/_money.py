"""What somebody looks at on the pages of money: of which sites, which stretch of a year."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _

from zhongshu.identity.access import SignedInRequest
from zhongshu.identity.rights import Right
from zhongshu.insight.engine.wording import NEWEST, OLDEST
from zhongshu.insight.permissions import SEE_MONEY
from zhongshu.insight.policies.money import MONEY_FIGURES, MoneyFigure
from zhongshu.insight.policies.stretches import Stretch
from zhongshu.insight.queries.money import Cut
from zhongshu.insight.queries.money_reports import cut_of, own_keeper
from zhongshu.insight.queries.scopes import Scope
from zhongshu.insight.views._looking import chosen_scope
from zhongshu.kernel.clock import day_of, now
from zhongshu.kernel.errors import NotFound


@dataclass(frozen=True, slots=True)
class MoneyLooking:
    """`on`: the last day of an ageing; `keeper`: whose territory alone may be seen, None: everybody's."""

    scope: Scope
    scopes: list[Scope]
    at: datetime
    stretch: Stretch
    on: date
    keeper: str | None = None

    @property
    def today(self) -> date:
        return self.stretch.today

    @property
    def years(self) -> list[int]:
        """To choose from, the latest first."""
        return list(range(self.today.year, min(self.today.year - 4, self.stretch.year) - 1, -1))

    @property
    def address(self) -> dict[str, Any]:
        """How to come back here."""
        month = self.stretch.month or ""
        return {"scope": self.scope.code, "year": self.stretch.year, "month": month, "on": self.on.isoformat()}

    def cut(self, figure: MoneyFigure | None = None, **narrowed: Any) -> Cut:
        """The year so far, or (for a figure of ageing) the end of the day."""
        if figure is None or figure.topic == "collection":
            return cut_of(self.scope, self.stretch, **narrowed)
        return self.aged(**narrowed)

    def aged(self, **narrowed: Any) -> Cut:
        own = {} if self.keeper is None else {"keeper": self.keeper}
        is_now = self.on >= self.today
        return Cut(self.scope.site_ids, date(self.on.year, 1, 1), self.on, is_now, narrowed | own)


def looking_at_money(request: SignedInRequest, right: Right = SEE_MONEY) -> MoneyLooking:
    """From the address: `scope`, `year`, `month`, `on`. Raises NotFound for what may not be seen."""
    at = now()
    today = day_of(at)
    scope, scopes = chosen_scope(request, right)
    stretch = Stretch.of(request.GET.get("year", ""), request.GET.get("month", ""), today=today)
    own = own_keeper(request.actor, scope)
    return MoneyLooking(scope, scopes, at, stretch, _day(request.GET.get("on", ""), today), own)


def _day(typed: str, today: date) -> date:
    """A day gone by; what is none is today."""
    try:
        on = date.fromisoformat(typed)
    except ValueError:
        return today
    return on if OLDEST <= on < min(today, NEWEST) else today


def page_number(request: SignedInRequest) -> int:
    typed = request.GET.get("page", "")
    return max(1, int(typed)) if typed.isdecimal() and len(typed) < 7 else 1


def narrowing_of_money(query: Any) -> dict[str, Any]:
    """`item`, `building`, `keeper`, `month`; what is no month, or no number of a place, is nothing there is."""
    found = {name: query[name] for name in ("item", "building", "keeper") if name in query}
    if query.get("due_month"):
        found["month"] = month_of(query["due_month"])
    return found


def month_of(typed: str) -> date:
    """2026-11. Raises NotFound."""
    try:
        return date.fromisoformat(f"{typed}-01")
    except ValueError:
        raise NotFound(_("没有这个月份，请写成 2026-03 这样。"), field="month") from None


def figure_of(code: str) -> MoneyFigure:
    """Raises NotFound."""
    if code not in MONEY_FIGURES:
        raise NotFound(_("没有这项指标。"), field="figure")
    return MONEY_FIGURES[code]
