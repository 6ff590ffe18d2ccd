"""What is known already of a matter that is being told: told before, or part of a running incident."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from zhongshu.cases.actions import add_further_call, open_case, report_to_incident
from zhongshu.cases.models import Case, Incident
from zhongshu.cases.queries.incidents import running, touching
from zhongshu.cases.queries.repeats import Earlier, told_before
from zhongshu.console.desk import Heard, Reading
from zhongshu.estate.queries import find_place
from zhongshu.identity.actor import Actor
from zhongshu.identity.models import Site
from zhongshu.kernel.errors import NotFound

CASE, INCIDENT = "case:", "incident:"


@dataclass(frozen=True, slots=True)
class Known:
    """`joins` of a form names one of these: `case:` or `incident:` and the number."""

    earlier: Earlier
    incidents: list[Incident]

    @property
    def is_empty(self) -> bool:
        return not self.earlier.cases and not self.incidents


def known(seen: Reading, heard: Heard, *, site_id: int, category: str, at: datetime) -> Known:
    """Two statements, three while an incident runs; none before something was said."""
    if not heard.text.strip():
        return Known(Earlier([]), [])
    code = seen.picked or (seen.verdict.places[0] if seen.is_settled else "")
    category = category or seen.classification.category
    number = heard.account.number if heard.account else ""
    earlier = told_before(site_id=site_id, category=category, account_number=number, place_code=code, at=at)
    return Known(earlier, _incidents(seen, code, site_id=site_id, category=category, at=at))


def _incidents(seen: Reading, code: str, *, site_id: int, category: str, at: datetime) -> list[Incident]:
    """Whoever is in danger does not wait for the one repair."""
    under_way = [] if seen.classification.hazards else running(site_id, at=at)
    place = find_place(site_id, code) if under_way and code else None
    return touching(under_way, category=category, place=place, at=at)


def joined(
    joins: str, texts: Sequence[str], *, actor: Actor, at: datetime, site: Site, said: Mapping[str, Any]
) -> str | None:
    """Adds the first of the matters to the case or incident named and opens a linked case for each of the others.

    The number of the case; None: it is new from beginning to end. `said` is what `open_case` takes. Raises NotFound
    for a number that is none of the site's, and the refusals of the actions.
    """
    if not joins.startswith((CASE, INCIDENT)):
        return None
    add = _further_call if joins.startswith(CASE) else _report
    first = add(joins.partition(":")[2], actor=actor, at=at, site=site, said={**said, "text": texts[0]})
    for text in texts[1:]:
        open_case(actor=actor, at=at, site=site, heard_with=first, **{**said, "text": text})
    return first.number


def _report(number: str, *, actor: Actor, at: datetime, site: Site, said: Mapping[str, Any]) -> Case:
    incident = Incident.objects.filter(site=site, number=number).first()
    if incident is None:
        raise NotFound(_("没有找到这个事件，或者您无权查看。"))
    return report_to_incident(actor=actor, at=at, incident_id=incident.pk, **said)


def _further_call(number: str, *, actor: Actor, at: datetime, site: Site, said: Mapping[str, Any]) -> Case:
    case = Case.objects.filter(site=site, number=number).first()
    if case is None:
        raise NotFound(_("没有找到这件报事，或者您无权查看。"))
    given = {name: said[name] for name in ("text", "channel", "caller_phone", "caller_name") if name in said}
    add_further_call(actor=actor, at=at, case_id=case.pk, **given)
    return case
