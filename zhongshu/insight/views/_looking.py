"""What somebody looks at: of which sites, over which period."""

from dataclasses import dataclass, field
from datetime import date, datetime

from django.utils.translation import gettext as _

from zhongshu.identity.access import SignedInRequest
from zhongshu.identity.rights import Right
from zhongshu.insight.engine.wording import period_of
from zhongshu.insight.kinds import Rhythm
from zhongshu.insight.permissions import SEE_REPORTS
from zhongshu.insight.policies.periods import Period
from zhongshu.insight.queries.scopes import Scope, scopes_of
from zhongshu.kernel.clock import day_of, now
from zhongshu.kernel.errors import NotFound


@dataclass(frozen=True, slots=True)
class Looking:
    scope: Scope
    scopes: list[Scope]
    period: Period
    at: datetime
    rhythms: tuple[Rhythm, ...] = field(default=tuple(Rhythm))

    @property
    def day(self) -> date:
        """From which another rhythm starts: today as long as the period lasts, so that a month leads to this week."""
        today = day_of(self.at)
        return today if self.period.starts_on <= today < self.period.ends_on else self.period.starts_on

    @property
    def later(self) -> Period | None:
        """The period after this one, if it has begun."""
        after = self.period.after
        return after if after.span.since <= self.at else None


def looking(request: SignedInRequest, *, default: Rhythm = Rhythm.MONTH) -> Looking:
    """From the address; without a scope there the site in use. Raises NotFound for what may not be seen."""
    at = now()
    scope, scopes = chosen_scope(request, SEE_REPORTS)
    return Looking(scope, scopes, period_of(request.GET, today=day_of(at), default=default), at)


def chosen_scope(request: SignedInRequest, right: Right) -> tuple[Scope, list[Scope]]:
    """The one in the address, else the site in use, else the last of those one may see, and these. Raises NotFound."""
    scopes = scopes_of(request.actor, right)
    wanted = request.GET.get("scope") or f"site-{request.site.code}"
    scope = next((one for one in scopes if one.code == wanted), None)
    if scope is None and "scope" not in request.GET and scopes:
        scope = scopes[-1]
    if scope is None:
        raise NotFound(_("没有找到，或者您无权查看。"))
    return scope, scopes
