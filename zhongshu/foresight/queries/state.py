"""Where foresight is on, and which formula is in use."""

from dataclasses import dataclass

from django.db.models import QuerySet

from zhongshu.foresight.models import Learning, Objection, Switch
from zhongshu.foresight.policies.formula import Formula
from zhongshu.foresight.policies.quality import Quality
from zhongshu.identity.models import Site


@dataclass(frozen=True, slots=True)
class State:
    """`company`, `site`: as they were switched last; None: never. A site follows the company until it is switched off
    itself; what the company has off is off everywhere."""

    company: bool | None
    site: bool | None

    @property
    def is_on(self) -> bool:
        return self.company is True and self.site is not False


def state_of(site_id: int) -> State:
    """Off until somebody switches it on."""
    return State(_last(None), _last(site_id))


def company_is_on() -> bool:
    return _last(None) is True


def sites_not_off() -> list[Site]:
    """All but those that are switched off themselves: theirs is neither foreseen nor learned from."""
    last = dict(Switch.objects.exclude(site=None).order_by("pk").values_list("site_id", "is_on"))
    return [site for site in Site.objects.order_by("pk") if last.get(site.pk) is not False]


def last_switch(site_id: int | None) -> Switch | None:
    """Who switched it last, and why."""
    return _switches(site_id).select_related("by").first()


def last_learning() -> Learning | None:
    """The last try, whatever came of it."""
    return Learning.objects.order_by("-pk").first()


def in_use() -> Learning | None:
    """The newest adopted, unless the last try found it no better than the base rate any more."""
    last = last_learning()
    if last is None or last.is_adopted:
        return last
    before = last.quality["in_use"]
    if before is None or before["skill"] <= 0:
        return None
    return Learning.objects.filter(is_adopted=True).order_by("-pk").first()


def formula_of(learning: Learning) -> Formula:
    return Formula.of(learning.formula)


def quality_of(learning: Learning) -> Quality:
    """How it did on what it had not seen."""
    return Quality.of({name: value for name, value in learning.quality.items() if name != "in_use"})


def objection_of(account_id: int) -> Objection | None:
    """The one that stands."""
    return Objection.objects.filter(account_id=account_id, ended_at=None).first()


def _last(site_id: int | None) -> bool | None:
    return _switches(site_id).values_list("is_on", flat=True).first()


def _switches(site_id: int | None) -> QuerySet[Switch]:
    rows = Switch.objects.filter(site=None) if site_id is None else Switch.objects.filter(site_id=site_id)
    return rows.order_by("-pk")
