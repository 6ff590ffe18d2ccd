"""Rights are kept. Here the program's answers are what is looked at; the tables say what they should be."""

from collections.abc import Callable, Iterator
from typing import Any

from zhongshu.cases.queries import case_by_number, cases_visible
from zhongshu.identity.actor import Actor, Origin
from zhongshu.identity.models import User
from zhongshu.identity.queries import actor_of
from zhongshu.kernel.errors import NotFound
from zhongshu.simulation.invariants.looking import Look
from zhongshu.work.queries import order_by_number, orders_visible

SAMPLED = 2
_PEOPLE = """
    SELECT DISTINCT ON (g.role, g.user_id) g.role, g.user_id FROM identity_rolegrant g
    JOIN identity_user u ON u.id = g.user_id
    WHERE u.is_active AND g.starts_on <= %(today)s AND (g.ends_on IS NULL OR g.ends_on > %(today)s)
    ORDER BY g.role, g.user_id
"""
_MAY_SEE = """
    SELECT bool_or(site_id IS NULL), array_remove(array_agg(site_id), NULL) FROM identity_rolegrant
    WHERE user_id = %(user)s AND starts_on <= %(today)s AND (ends_on IS NULL OR ends_on > %(today)s)
"""
#: Who, holding this role alone, sees only what they or their team has to do with, and what they help with.
FIELD = ("technician", "cleaner", "guard")
_NOT_THEIRS = """
    SELECT o.number FROM work_workorder o WHERE o.id = ANY(%(ids)s) AND NOT EXISTS (
        SELECT FROM people_staff s WHERE s.user_id = %(user)s AND (s.id = o.assignee_id OR s.team_id = o.team_id)
    ) AND NOT EXISTS (
        SELECT FROM work_aidrequest a JOIN people_staff s ON s.id = a.staff_id
        WHERE a.order_id = o.id AND s.user_id = %(user)s
    ) AND o.opened_by_id IS DISTINCT FROM %(user)s
"""


def lists_hold_rows_of_own_sites_only(look: Look) -> Iterator[str]:
    """A sample of people each day: no list shows anybody a row of a site, or of a team, that is none of theirs."""
    people = look.rows(_PEOPLE)
    for role, user_id in look.dice.sample(people, min(SAMPLED, len(people))):
        actor = actor_of(User.objects.get(pk=user_id), at=look.until, origin=Origin.SIMULATION)
        ((everywhere, sites),) = look.rows(_MAY_SEE, user=user_id)
        for rows in (cases_visible(actor), orders_visible(actor)):
            strange = rows.none() if everywhere else rows.exclude(site_id__in=sites)
            yield from (f"{role} {actor.name} sees {row.number} of another site" for row in strange)
        if role in FIELD and not everywhere:
            ids = list(orders_visible(actor).values_list("pk", flat=True))
            yield from look.found(f"{role} {actor.name} sees {{}} of another team", _NOT_THEIRS, ids=ids, user=user_id)


def the_forbidden_looks_absent(look: Look) -> Iterator[str]:
    """A colleague of another site and a resident get for a case or an order the answer that they get for none."""
    newest = "SELECT c.number, o.number, c.site_id FROM cases_case c JOIN cases_caseorder co ON co.case_id = c.id"
    newest += " JOIN work_workorder o ON o.id = co.order_id WHERE c.id > %(cases_case)s ORDER BY c.id"
    seen = look.rows(newest)
    if not seen:
        return
    case, order, site_id = look.dice.choice(seen)
    for stranger in _strangers(look, site_id):
        for ask, number in ((case_by_number, case), (order_by_number, order)):
            answers = {_answer(ask, stranger, asked) for asked in (number, "XX-NONE-20260101-0001")}
            if len(answers) != 1 or None in answers:
                yield f"{stranger.name} can tell {number} from what is not there"


def _strangers(look: Look, site_id: int) -> Iterator[Actor]:
    """Somebody who works at other sites only, and a resident."""
    others = look.rows(
        "SELECT user_id FROM identity_rolegrant WHERE role <> 'resident' GROUP BY user_id"
        " HAVING NOT bool_or(site_id IS NULL OR site_id = %(site)s) ORDER BY user_id",
        site=site_id,
    )
    residents = look.rows("SELECT user_id FROM identity_rolegrant WHERE role = 'resident' ORDER BY user_id")
    for people in (others, residents):
        if people:
            (user_id,) = look.dice.choice(people)
            yield actor_of(User.objects.get(pk=user_id), at=look.until, origin=Origin.SIMULATION)


def _answer(ask: Callable[[Actor, str], Any], stranger: Actor, number: str) -> tuple[str, str] | None:
    """The refusal; None when there was an answer."""
    try:
        ask(stranger, number)
    except NotFound as refusal:
        return type(refusal).__name__, refusal.message
    return None
