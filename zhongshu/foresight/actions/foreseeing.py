"""Looking ahead."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import connection, transaction
from django.utils.translation import gettext as _

from zhongshu.foresight.errors import NothingLearned, SwitchedOff
from zhongshu.foresight.kinds import FEATURES, Feature
from zhongshu.foresight.models import Forecast, Learning
from zhongshu.foresight.permissions import LEARN_FORESIGHT
from zhongshu.foresight.queries import forecasts, gathering
from zhongshu.foresight.queries.gathering import Known
from zhongshu.foresight.queries.state import formula_of, in_use, state_of
from zhongshu.identity import audit
from zhongshu.identity.actor import Actor
from zhongshu.identity.models import Site
from zhongshu.kernel.clock import day_of
from zhongshu.kernel.errors import Invalid
from zhongshu.remittance.queries.banks import keepers_of

KEPT: timedelta = timedelta(days=550)
"""So long the first forecast of each month is kept, to see whether it came true; others until the next."""


@dataclass(frozen=True, slots=True)
class Foreseen:
    """So many accounts of a site were looked at, as of the morning of `on`."""

    site: str
    on: date
    learned_on: date
    accounts: int


@transaction.atomic
def foresee(*, actor: Actor, at: datetime, site_id: int, on: date | None = None) -> Foreseen:
    """Of every account of the site with less than three months in arrears: the probability, and why. The same day again
    replaces what was foreseen that day. Raises NotFound, SwitchedOff, NothingLearned, Invalid.
    """
    actor.require(LEARN_FORESIGHT, site_id)
    site, day = Site.objects.get(pk=site_id), on or day_of(at)
    learning = _usable(site, day, today=day_of(at))
    _lock(site_id)
    rows = _forecasts(site, day, learning)
    Forecast.objects.filter(site=site, on=day).delete()
    Forecast.objects.bulk_create(rows, batch_size=2000)
    _settle(site, day)
    _forget(site, before=day - KEPT)
    after = {"on": day, "accounts": len(rows), "learning": learning.pk}
    audit.record(actor=actor, at=at, verb="foresight.foresee", target=site, site_id=site.pk, after=after)
    return Foreseen(site.code, day, learning.on, len(rows))


def _usable(site: Site, day: date, *, today: date) -> Learning:
    """What was learned from a day's future cannot foresee it."""
    if not state_of(site.pk).is_on:
        raise SwitchedOff(_("%(site)s 的欠费预见没有启用。") % {"site": site.code})
    learning = in_use()
    if learning is None:
        raise NothingLearned(_("还没有学到比平均水平更准的公式；请先学习。"))
    if not learning.on <= day <= today:
        words = _("日期只能从 %(first)s（公式学到的那天）到 %(last)s。")
        raise Invalid(words % {"first": learning.on, "last": today}, field="on")
    return learning


def _lock(site_id: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('foresight.foresee'), %s)", [site_id % 2**31])


def _forecasts(site: Site, day: date, learning: Learning) -> list[Forecast]:
    known = gathering.known(site.pk, day)
    held = {pk: keeper for keeper, ids in keepers_of(known.accounts, day).items() for pk in ids}
    formula = formula_of(learning)
    found = []
    for nth, pk in enumerate(known.accounts):
        values = _values(known, nth)
        pulls = [[str(each.feature), each.value, round(each.pull, 3)] for each in formula.reasons(values)]
        found.append(
            Forecast(
                site=site,
                account_id=pk,
                keeper_id=held.get(pk),
                learning=learning,
                on=day,
                months=int(known.months[nth]),
                probability=round(formula.probability(values), 4),
                reasons=pulls,
            )
        )
    return found


def _values(known: Known, nth: int) -> dict[Feature, float]:
    return dict(zip(FEATURES, map(float, known.features[nth]), strict=True))


def _settle(site: Site, on: date) -> None:
    """Write down what came of the forecasts whose six months are over."""
    for day in forecasts.days_over(site.pk, on):
        rows = Forecast.objects.filter(site=site, on=day)
        fell = gathering.reached(site.pk, list(rows.values_list("account_id", flat=True)), day)
        rows.update(happened=False)
        rows.filter(account_id__in=fell).update(happened=True)


def _forget(site: Site, *, before: date) -> None:
    """Of past months the first of each stays, to be checked; what is too old goes."""
    days = sorted(set(Forecast.objects.filter(site=site).values_list("on", flat=True).distinct()))
    firsts = {(day.year, day.month): day for day in reversed(days)}
    kept = {day for day in firsts.values() if day >= before} | set(days[-1:])
    Forecast.objects.filter(site=site).exclude(on__in=kept).delete()
