"""No illegal move. The tables here are written by hand from the service's rules, not taken from the program."""

from collections.abc import Iterator

from zhongshu.simulation.invariants.looking import Look

#: Verb, from, to: what an order may do.
ORDER_MOVES = """
dispatch new dispatched        dispatch reopened dispatched
accept dispatched accepted     object dispatched objected      overrule objected dispatched
travel accepted travelling     arrive accepted on_site         arrive travelling on_site
finish on_site done            finish accepted done
sign_off done signed_off       close signed_off closed
hold accepted on_hold          hold travelling on_hold         hold on_site on_hold      resume on_hold accepted
reassign dispatched dispatched reassign accepted dispatched    reassign travelling dispatched
reassign on_site dispatched    reassign on_hold dispatched     reassign objected dispatched
withdraw new withdrawn         withdraw dispatched withdrawn   withdraw accepted withdrawn
withdraw travelling withdrawn  withdraw on_site withdrawn      withdraw on_hold withdrawn
withdraw objected withdrawn    withdraw reopened withdrawn
reopen done reopened           reopen signed_off reopened      reopen closed reopened
"""
CASE_MOVES = (
    "open follow_up",
    "open closed",
    "open withdrawn",
    "follow_up open",
    "follow_up closed",
    "closed open",
)

#: Orders that moved or came since the last look, and all that have not ended.
TOUCHED = """
    SELECT id FROM work_workorder WHERE ended_at IS NULL OR id > %(work_workorder)s
    UNION SELECT order_id FROM work_ordermove WHERE id > %(work_ordermove)s
"""
_CHAIN = f"""
    SELECT m.*, o.number, o.opened_at,
           lag(m.to_state) OVER chain AS was, lag(m.at) OVER chain AS was_at
    FROM work_ordermove m JOIN work_workorder o ON o.id = m.order_id WHERE m.order_id IN ({TOUCHED})
    WINDOW chain AS (PARTITION BY m.order_id ORDER BY m.id)
"""


def legal_order_moves() -> list[str]:
    """`verb from to`, each."""
    words = ORDER_MOVES.split()
    return [" ".join(words[nth : nth + 3]) for nth in range(0, len(words), 3)]


def orders_move_by_the_table(look: Look) -> Iterator[str]:
    """Each move of an order is legal and begins where the one before it ended; the first begins at `new`."""
    yield from look.found(
        "order {}: {} from {} to {}, which stood at {}",
        f"SELECT number, verb, from_state, to_state, coalesce(was, 'new') FROM ({_CHAIN}) AS chain"
        " WHERE from_state <> coalesce(was, 'new')"
        " OR concat_ws(' ', verb, from_state, to_state) <> ALL(%(legal)s)",
        legal=legal_order_moves(),
    )


def orders_stand_where_their_moves_led(look: Look) -> Iterator[str]:
    """The state of an order is that of its last move, and it has ended exactly when that says so."""
    yield from look.found(
        "order {} is {} (ended: {}), its last move led to {}",
        "SELECT o.number, o.state, o.ended_at IS NOT NULL, coalesce(last.to_state, 'new') FROM work_workorder o"
        " LEFT JOIN LATERAL (SELECT to_state FROM work_ordermove WHERE order_id = o.id ORDER BY id DESC LIMIT 1)"
        f" AS last ON true WHERE o.id IN ({TOUCHED}) AND (o.state <> coalesce(last.to_state, 'new')"
        " OR (o.state IN ('closed', 'withdrawn')) <> (o.ended_at IS NOT NULL))",
    )


def time_never_runs_backwards_in_an_order(look: Look) -> Iterator[str]:
    """No move of an order is earlier than the one before it, or than the order itself."""
    yield from look.found(
        "order {}: {} at {}, after {}",
        f"SELECT number, verb, at, coalesce(was_at, opened_at) FROM ({_CHAIN}) AS chain"
        " WHERE at < coalesce(was_at, opened_at)",
    )


def cases_move_by_the_table(look: Look) -> Iterator[str]:
    """Each audited change of a case's state is legal and follows the one before; the case stands where they led."""
    chains = """
        SELECT target_id, before ->> 'state' AS from_state, after ->> 'state' AS to_state, id,
               lag(after ->> 'state') OVER chain AS was
        FROM identity_auditentry WHERE target_type = 'cases.case' AND after ? 'state' AND target_id IN (
            SELECT target_id FROM identity_auditentry
            WHERE id > %(identity_auditentry)s AND target_type = 'cases.case'
            UNION SELECT id::text FROM cases_case WHERE closed_at IS NULL
        ) WINDOW chain AS (PARTITION BY target_id ORDER BY id)
    """
    yield from look.found(
        "case {} went from {} to {} and stood at {}",
        f"SELECT c.number, from_state, to_state, coalesce(was, 'open') FROM ({chains}) AS chain"
        " JOIN cases_case c ON c.id = target_id::bigint WHERE from_state <> coalesce(was, 'open')"
        " OR concat_ws(' ', from_state, to_state) <> ALL(%(legal)s)",
        legal=list(CASE_MOVES),
    )
    yield from look.found(
        "case {} is {}; its last audited change led to {}",
        f"SELECT c.number, c.state, last.to_state FROM (SELECT DISTINCT ON (target_id) target_id, to_state"
        f" FROM ({chains}) AS chain ORDER BY target_id, id DESC) AS last"
        " JOIN cases_case c ON c.id = last.target_id::bigint WHERE c.state <> last.to_state",
    )


def what_is_closed_is_closed_altogether(look: Look) -> Iterator[str]:
    """A closed case has no order at work and a closure of that instant, and was closed by exactly one."""
    yield from look.found(
        "case {} was closed at {} with {} closures of that instant and {} orders at work",
        "SELECT c.number, c.closed_at, closures, busy FROM cases_case c"
        " CROSS JOIN LATERAL (SELECT count(*) AS closures FROM cases_caseclosure WHERE case_id = c.id"
        " AND at = c.closed_at) AS closed CROSS JOIN LATERAL (SELECT count(*) AS busy FROM cases_caseorder co"
        " JOIN work_workorder o ON o.id = co.order_id WHERE co.case_id = c.id AND o.ended_at IS NULL) AS work"
        " WHERE c.state = 'closed' AND c.id IN"
        " (SELECT case_id FROM cases_caseclosure WHERE id > %(cases_caseclosure)s) AND (closures <> 1 OR busy > 0)",
    )
