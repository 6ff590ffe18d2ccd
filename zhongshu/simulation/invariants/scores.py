"""The score: its ledger, what it asks for, and that a second reckoning comes to the same."""

from collections.abc import Iterator
from typing import Any, Final

from django.db import connection, transaction

from zhongshu.care import actions as care
from zhongshu.identity.actor import Origin, system_actor
from zhongshu.kernel.clock import day_of
from zhongshu.simulation.invariants.looking import Look

#: Written by hand from the table of early warning: the least score of each band.
BANDS: Final = (("excellent", 95), ("good", 80), ("fair", 70), ("poor", 50), ("priority", 0))
INITIAL: Final = 100
#: Every ninth day all is reckoned again from nothing.
NINTH: Final = 2

#: Entries with the end that is known now, and whether they were taken back.
_ENTRIES = """
    entries AS (
        SELECT e.*, CASE WHEN late.entry_id IS NULL THEN e.in_force_until ELSE late.in_force_until END AS until,
            e.reverses_id IS NULL AND NOT EXISTS (SELECT FROM care_entry r WHERE r.reverses_id = e.id) AS stands
        FROM care_entry e LEFT JOIN LATERAL (
            SELECT entry_id, in_force_until FROM care_entryend WHERE entry_id = e.id
            ORDER BY recorded_at DESC, id DESC LIMIT 1
        ) late ON true
    ), evaluated AS (SELECT site_id, max(to_on) AS day, max(at) AS at FROM care_evaluation GROUP BY site_id)
"""
_IN_FORCE = "e.recorded_at <= v.at AND e.effective_on <= v.day AND (e.until IS NULL OR e.until > v.day)"


def the_score_is_the_sum_of_its_entries(look: Look) -> Iterator[str]:
    """What is shown is the initial score and the entries in force on the last day evaluated, as far as it knew them,
    from 0 to 100; gold is whoever has paid a year ahead and not been given it back.
    """
    yield from look.found(
        "{} stands at {} and {} gold, its entries say {} and {}",
        f"""WITH {_ENTRIES}, sums AS (
            SELECT e.account_id,
                greatest(0, least(100, {INITIAL} + coalesce(sum(e.points) FILTER (WHERE {_IN_FORCE}), 0))) AS score,
                coalesce(bool_or(e.rule = 'prepaid.12' AND e.stands AND {_IN_FORCE}), false) AS gold
            FROM entries e JOIN evaluated v USING (site_id) GROUP BY e.account_id)
        SELECT a.number, s.score, s.is_gold, sums.score, sums.gold FROM sums
        JOIN estate_account a ON a.id = sums.account_id LEFT JOIN care_standing s ON s.account_id = sums.account_id
        WHERE (coalesce(s.score, {INITIAL}), coalesce(s.is_gold, false)) IS DISTINCT FROM (sums.score, sums.gold)""",
    )


def every_score_is_in_its_band(look: Look) -> Iterator[str]:
    """95, 80, 70 and 50 are the least of the bands above the last."""
    for number, score, band in look.rows(
        "SELECT a.number, s.score, s.band FROM care_standing s JOIN estate_account a ON a.id = s.account_id"
    ):
        if band != next(name for name, least in BANDS if score >= least):
            yield f"{number} has {score} points and stands in {band}"


def nothing_fires_twice(look: Look) -> Iterator[str]:
    """Of an episode, each step stands in one entry at most and asks people once; one judgement, one entry."""
    yield from look.found(
        "episode {} has {} entries of {} at {}",
        f"WITH {_ENTRIES} SELECT episode_id, count(*), rule, occurrence FROM entries"
        " WHERE stands AND episode_id IS NOT NULL GROUP BY episode_id, rule, occurrence HAVING count(*) > 1",
    )
    yield from look.found(
        "episode {} has {} tasks of {} at {} that were not withdrawn",
        "SELECT episode_id, count(*), rule, occurrence FROM care_task WHERE episode_id IS NOT NULL"
        " AND state <> 'withdrawn' GROUP BY episode_id, rule, occurrence HAVING count(*) > 1",
    )
    yield from look.found(
        "the judgement {} has {} entries",
        "SELECT judgement_id, count(*) FROM care_entry WHERE judgement_id IS NOT NULL"
        " GROUP BY judgement_id HAVING count(*) > 1",
    )


def what_is_taken_back_is_taken_back_whole(look: Look) -> Iterator[str]:
    """A reversal gives back what its entry took, from that account, and ends when the entry ends."""
    yield from look.found(
        "entry {} took {} until {}; its reversal {} gives {} until {}",
        f"WITH {_ENTRIES} SELECT e.id, e.points, e.until, r.id, r.points, r.until FROM entries r"
        " JOIN entries e ON e.id = r.reverses_id"
        " WHERE (r.points, r.account_id, r.until) IS DISTINCT FROM (-e.points, e.account_id, e.until)",
    )


def every_day_is_evaluated_once(look: Look) -> Iterator[str]:
    """The runs of a site follow each other without a gap and without a day in two of them."""
    yield from look.found(
        "site {} was evaluated up to {}, and then from {}",
        "SELECT site_id, before, from_on FROM (SELECT site_id, from_on,"
        " lag(to_on) OVER (PARTITION BY site_id ORDER BY to_on) AS before FROM care_evaluation) AS runs"
        " WHERE before IS NOT NULL AND from_on <> before + 1",
    )


def one_step_asks_at_a_time(look: Look) -> Iterator[str]:
    """Of an episode, the highest step alone is open; nothing of one that is over or never was is open."""
    yield from look.found(
        "episode {} has {} open tasks",
        "SELECT episode_id, count(*) FROM care_task WHERE episode_id IS NOT NULL AND state = 'open'"
        " GROUP BY episode_id HAVING count(*) > 1",
    )
    yield from look.found(
        "task {} of {} is {}, and its episode ended on {}",
        "SELECT t.id, a.number, t.state, p.ended_on FROM care_task t JOIN care_episode p ON p.id = t.episode_id"
        " JOIN estate_account a ON a.id = t.account_id"
        " WHERE t.state IN ('open', 'held') AND (p.ended_on IS NOT NULL OR p.is_void)",
    )


def who_is_asked_is_somebody(look: Look) -> Iterator[str]:
    """An open task about money has a line for each of its roles, in somebody's hands where anybody has the role; what
    is done has shown what every role was asked for.
    """
    yield from look.found(
        "task {} of {} asks {} and has lines of {}",
        """SELECT t.id, t.rule, t.roles, coalesce(l.roles, '[]') FROM care_task t
        LEFT JOIN (SELECT task_id, jsonb_agg(role) AS roles FROM care_taskline GROUP BY task_id) l ON l.task_id = t.id
        WHERE t.judgement_id IS NULL AND t.roles <> '[]' AND t.state IN ('open', 'done')
            AND NOT (coalesce(l.roles, '[]') @> t.roles AND t.roles @> coalesce(l.roles, '[]'))""",
    )
    yield from look.found(
        "task {} is done and its {} has shown nothing",
        """SELECT t.id, l.role FROM care_task t JOIN care_taskline l ON l.task_id = t.id
        WHERE t.state = 'done' AND l.recorded_at IS NULL""",
    )
    yield from look.found(
        "the {} of open task {} is nobody, and there is one",
        """SELECT l.role, t.id FROM care_task t JOIN care_taskline l ON l.task_id = t.id
        WHERE t.state = 'open' AND l.holder_id IS NULL AND l.role <> 'supervisor' AND t.opened_on = %(today)s - 1
            AND EXISTS (SELECT FROM identity_rolegrant g JOIN identity_user u ON u.id = g.user_id AND u.is_active
                WHERE g.role = l.role AND g.site_id = t.site_id AND g.starts_on <= t.opened_on
                    AND (g.ends_on IS NULL OR g.ends_on > t.opened_on))""",
    )


def who_has_paid_is_left_alone(look: Look) -> Iterator[str]:
    """Once no recurring charge that was due is open, nobody is on the way to the door, and no letter waits to go."""
    if look.memory.stopped:
        return
    owes = """EXISTS (SELECT FROM billing_charge c JOIN billing_chargeitem i ON i.id = c.item_id AND i.is_recurring
        WHERE c.account_id = t.account_id AND c.open_amount > 0)"""
    yield from look.found(
        "{} has paid, and task {} ({}) is {}",
        f"""SELECT a.number, t.id, t.rule, t.state FROM care_task t JOIN estate_account a ON a.id = t.account_id
        WHERE t.episode_id IS NOT NULL AND t.state IN ('open', 'held') AND NOT {owes}""",
    )
    yield from look.found(
        "{} has paid, and the letter {} is {}",
        f"""SELECT a.number, n.number, n.state FROM care_task t JOIN estate_account a ON a.id = t.account_id
        JOIN collecting_notice n ON n.id = t.notice_id
        WHERE t.episode_id IS NOT NULL AND n.state IN ('planned', 'failed') AND NOT {owes}""",
    )


def the_lowest_band_has_its_records(look: Look) -> Iterator[str]:
    """Who stands in the lowest band has an open priority record; nobody has two."""
    yield from look.found(
        "{} stands in the lowest band without an open record",
        "SELECT a.number FROM care_standing s JOIN estate_account a ON a.id = s.account_id WHERE s.band = 'priority'"
        " AND NOT EXISTS (SELECT FROM care_priorityrecord WHERE account_id = s.account_id AND closed_on IS NULL)",
    )


# --- from nothing

_SHADOWED: Final = (
    "care_entry", "care_entryend", "care_episode", "care_evaluation", "care_improvementplan", "care_priorityrecord",
    "care_standing", "care_task", "care_taskline", "care_taskmove",
)  # fmt: skip
_STANDING = f"""
    WITH {_ENTRIES}
    SELECT a.number, e.rule, e.occurrence, e.effective_on, sum(e.points), max(e.until) FROM entries e
    JOIN estate_account a ON a.id = e.account_id
    WHERE e.stands AND e.rule <> 'reversal' AND (e.episode_id IS NOT NULL OR e.rule = 'prepaid.12')
    GROUP BY 1, 2, 3, 4
"""


#: What a person gave back stays given back.
_BY_PEOPLE = f"""
    WITH {_ENTRIES}
    SELECT a.number, e.rule, e.occurrence, e.effective_on FROM entries e
    JOIN care_entry r ON r.reverses_id = e.id AND r.confirmed_by_id IS NOT NULL
    JOIN estate_account a ON a.id = e.account_id
"""


def a_second_reckoning_says_the_same(look: Look) -> Iterator[str]:
    """Now and then all days are evaluated once more from nothing, beside the ledger: arrears and gold are the same."""
    if day_of(look.until).toordinal() % 9 != NINTH:
        return
    for (site_id,) in look.rows("SELECT DISTINCT site_id FROM care_evaluation ORDER BY site_id"):
        kept, anew = _evaluated(look, site_id), _evaluated(look, site_id, from_nothing=True)
        given_back = set(look.rows(_BY_PEOPLE))
        anew = {row for row in anew if row[:4] not in given_back}
        for row in sorted(kept - anew, key=str):
            yield "the ledger has {} {} at {} from {}: {} until {}; from nothing it has not".format(*row)
        for row in sorted(anew - kept, key=str):
            yield "from nothing there is {} {} at {} from {}: {} until {}; the ledger has not".format(*row)


def _evaluated(look: Look, site_id: int, *, from_nothing: bool = False) -> set[tuple[Any, ...]]:
    """The entries that stand once today is evaluated with all that is known; nothing of it stays."""
    with transaction.atomic(), connection.cursor() as cursor:
        if from_nothing:
            cursor.execute("".join(map(_SHADOW.format, _SHADOWED)))
        on = day_of(look.until)
        care.evaluate(actor=system_actor(Origin.SIMULATION), at=look.until, site_id=site_id, on=on)
        cursor.execute(_STANDING)
        found = set(cursor.fetchall())
        transaction.set_rollback(True)
    return found


#: An empty table of that name in front of the real one, for this transaction.
_SHADOW: Final = "CREATE TEMP TABLE {0} (LIKE public.{0} INCLUDING ALL) ON COMMIT DROP;"


# --- visits and surveys


def visits_are_drawn_as_promised(look: Look) -> Iterator[str]:
    """Whom a draw chose could be drawn and had not been visited before; nine in ten are drawn or visited by the end of
    the quarter, a third of them by each month, as far as there are so many to draw.
    """
    yield from look.found(
        "{} was drawn on {} and not among those who could be",
        """SELECT v.account_id, d.drawn_at FROM community_drawnvisit v JOIN community_visitdraw d ON d.id = v.draw_id
        WHERE NOT EXISTS (SELECT FROM jsonb_array_elements(d.candidates) c WHERE (c ->> 0)::bigint = v.account_id)""",
    )
    for keeper, month, population, asked, free in look.rows(_DRAWS):
        wanted = -(-9 * population * ((month.month - 1) % 3 + 1) // 30)
        if asked < wanted and free > 0:
            yield f"keeper {keeper} has {asked} visits of {population} accounts by {month}, {free} more could be drawn"


#: By draw: how many of the keeper's accounts were drawn or visited by then, how many could still have been.
_DRAWS: Final = """
    SELECT d.keeper_id, d.month, d.population, d.population - jsonb_array_length(d.candidates) + d.count,
        jsonb_array_length(d.candidates) - d.count
    FROM community_visitdraw d
"""


def every_bad_answer_is_followed_up(look: Look) -> Iterator[str]:
    """A mark of two or less, or a problem in words, has an order; who was asked answers once."""
    yield from look.found(
        "the answer {} says {} and {}, and nobody asks about it",
        """SELECT a.id, a.marks, a.problem FROM community_answer a WHERE a.order_id IS NULL AND (a.problem <> ''
            OR EXISTS (SELECT FROM jsonb_each_text(a.marks) m WHERE m.value::int <= 2))""",
    )
    yield from look.found(
        "invitation {} has {} answers",
        "SELECT invitation_id, count(*) FROM community_answer GROUP BY invitation_id HAVING count(*) > 1",
    )
