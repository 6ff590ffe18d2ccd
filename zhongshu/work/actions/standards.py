"""A site takes on a service standard from a day on: dated rows of targets. Orders that are open keep their targets."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from zhongshu.identity import audit
from zhongshu.identity.actor import Actor
from zhongshu.identity.models import Site
from zhongshu.kernel.clock import day_of
from zhongshu.kernel.errors import Invalid
from zhongshu.kernel.periods import in_force
from zhongshu.work.errors import StandardPlanned, StandardStarted
from zhongshu.work.models import SlaPolicy
from zhongshu.work.permissions import ADOPT_STANDARDS
from zhongshu.work.policies.standards import BY_STARS, KEYS, Standard


@dataclass(frozen=True, slots=True)
class Adopted:
    """The rows that were written, and of those that end with it the day on which they would have ended."""

    policy_ids: tuple[int, ...]
    replaced: dict[str, str | None]


@transaction.atomic
def adopt_standard(*, actor: Actor, at: datetime, site: Site, stars: int, starts_on: date) -> Adopted:
    """The site's targets are those of the standard from a day to come on. What the site has set for kinds and
    categories that the standard does not name stays.

    Raises NotFound, Invalid, StandardPlanned when targets from that day or later are there already.
    """
    actor.require(ADOPT_STANDARDS, site.pk)
    standard = _checked(stars, starts_on, at=at)
    Site.objects.select_for_update().get(pk=site.pk)
    _check_nothing_planned(site, standard, starts_on)
    replaced = _end(site, standard, starts_on)
    rows = [SlaPolicy(site=site, starts_on=starts_on, **row) for row in standard.rows]
    ids = tuple(row.pk for row in SlaPolicy.objects.bulk_create(rows))
    after = {"stars": stars, "starts_on": starts_on, "policy_ids": ids}
    audit.record(actor=actor, at=at, verb="work.adopt_standard", target=site, site_id=site.pk, after=after)
    return Adopted(ids, replaced)


@transaction.atomic
def undo_standard(
    *,
    actor: Actor,
    at: datetime,
    site: Site,
    starts_on: date,
    policy_ids: Collection[int],
    replaced: Mapping[str, str | None],
) -> None:
    """Take an adoption back before its day: its rows go, what it ended goes on. Raises NotFound, StandardStarted."""
    actor.require(ADOPT_STANDARDS, site.pk)
    Site.objects.select_for_update().get(pk=site.pk)
    if starts_on <= day_of(at):
        raise StandardStarted(_("标准已于 %(day)s 生效，不能撤回；可以另行采用新的标准。") % {"day": starts_on})
    SlaPolicy.objects.filter(site=site, starts_on=starts_on, pk__in=policy_ids).delete()
    for policy_id, ends_on in replaced.items():
        SlaPolicy.objects.filter(site=site, pk=int(policy_id)).update(ends_on=ends_on)
    before = {"starts_on": starts_on, "policy_ids": list(policy_ids)}
    audit.record(actor=actor, at=at, verb="work.undo_standard", target=site, site_id=site.pk, before=before)


def _checked(stars: int, starts_on: date, *, at: datetime) -> Standard:
    if stars not in BY_STARS:
        raise Invalid(_("没有这个星级。"), field="stars")
    if starts_on <= day_of(at):
        raise Invalid(_("标准最早从明天起生效。"), field="starts_on")
    return BY_STARS[stars]


def _check_nothing_planned(site: Site, standard: Standard, starts_on: date) -> None:
    later = SlaPolicy.objects.filter(_of(standard), site=site, starts_on__gte=starts_on).order_by("starts_on").first()
    if later is not None:
        sentence = _("已有从 %(day)s 起生效的时限，请先撤回，或选更晚的日期。")
        raise StandardPlanned(sentence % {"day": later.starts_on}, field="starts_on")


def _end(site: Site, standard: Standard, starts_on: date) -> dict[str, str | None]:
    """The site's rows of the same kinds end on that day; when they would have ended without it."""
    running = SlaPolicy.objects.filter(_of(standard), in_force(starts_on), site=site)
    ended = {str(row.pk): row.ends_on.isoformat() if row.ends_on else None for row in running}
    running.update(ends_on=starts_on)
    return ended


def _of(standard: Standard) -> Q:
    wanted = Q()
    for row in standard.rows:
        wanted |= Q(**{key: row[key] for key in KEYS})
    return wanted
