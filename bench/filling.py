"""Years of cases and orders, made by a few statements: as many rows as wanted, spread as a company's are.

Nine in ten belong to the larger site. Of every thousand six are being worked on, four wait for a call, twenty were
withdrawn, the rest are closed; they reach back three years. They never went through the actions, so they have no
moves and no audit: they are there to make the tables large.
"""

from __future__ import annotations

from django.db import connection, transaction

CATEGORIES = (
    ["plumbing"] * 5 + ["electrical"] * 3 + ["elevator"] * 2 + ["parking"] * 2 + ["cleaning"] * 2 + ["consult"] * 2
    + ["access_control", "noise_neighbour", "building_fabric", "landscaping"]
)  # fmt: skip
URGENCIES = ["P1"] + ["P2"] * 4 + ["P3"] * 12 + ["P4"] * 3
SAID = [
    "厨房水管漏水，地上都是水",
    "楼道的灯不亮了",
    "电梯里有异响",
    "我的车位被占了",
    "楼上半夜很吵，睡不着",
]  # matter

_PLACES = """
    WITH kinds (kind, step) AS (VALUES ('building', 100), ('entrance', 20), ('unit', 1)),
    places AS (
        SELECT kind, n, 'B' || n / 100 AS building, 'B' || n / 100 || '-' || n %% 100 / 20 AS entrance
        FROM kinds, generate_series(0, %(size)s - 1) n WHERE n %% step = 0
    )
    INSERT INTO estate_place (site_id, kind, code, path, label, room_no, usage, parking_kind, gross_area, is_active)
    SELECT %(site)s, kind, code, path, code, '', '', '', 100, true FROM (
        SELECT kind, CASE kind WHEN 'building' THEN building WHEN 'entrance' THEN entrance ELSE 'U' || n END AS code,
               concat_ws('/', building, CASE WHEN kind <> 'building' THEN entrance END,
                         CASE WHEN kind = 'unit' THEN 'U' || n END) AS path
        FROM places
    ) named
"""
#: A site of so many dwellings, twenty to an entrance, with an account each and a keeper for each building.
#: Parameters: site, size, keeper.
DWELLINGS = (
    _PLACES,
    """
    UPDATE estate_place low SET parent_id = high.id FROM estate_place high
    WHERE low.site_id = %(site)s AND high.site_id = low.site_id AND low.path LIKE '%%/%%'
      AND high.code = split_part(low.path, '/', -2)
    """,
    """
    INSERT INTO estate_keeperterritory (site_id, place_id, keeper_id, starts_on)
    SELECT site_id, id, %(keeper)s, '2020-01-01' FROM estate_place WHERE site_id = %(site)s AND kind = 'building'
    """,
    """
    INSERT INTO estate_customer (site_id, kind, name, initials, id_no, note)
    VALUES (%(site)s, 'person', 'bench', '', '', '')
    """,
    """
    INSERT INTO estate_account (site_id, number, kind, customer_id, unit_id, starts_on)
    SELECT site_id, code || '.1', 'ordinary', (SELECT max(id) FROM estate_customer), id, '2020-01-01'
    FROM estate_place WHERE site_id = %(site)s AND kind = 'unit'
    """,
)

_ORDERS = """
    INSERT INTO work_workorder (site_id, number, kind, category, urgency, title, description, place_id, account_id,
        contact_name, contact_phone, team_id, assignee_id, state, waits_for, opened_at, dispatched_at, ended_at)
    SELECT home.site_id, 'GD-BENCH-' || n, 'repair', (%(categories)s::text[])[1 + n * 31 %% %(n_categories)s],
        (%(urgencies)s::text[])[1 + n * 17 %% %(n_urgencies)s], (%(said)s::text[])[1 + n %% %(n_said)s], '',
        home.place_id, home.account_id, '', '', crew.team_id, crew.id,
        CASE WHEN n %% 1000 < %(open)s THEN (ARRAY['dispatched', 'accepted', 'on_site'])[1 + n %% 3] ELSE 'closed' END,
        '', opened_at, opened_at, CASE WHEN n %% 1000 < %(open)s THEN NULL ELSE opened_at + interval '5 hours' END
    FROM (
        SELECT n, now() - interval '1 hour' - CASE WHEN n %% 1000 < %(open)s THEN n %% 48 * interval '1 hour'
            ELSE n::float / %(count)s * interval '3 years' END AS opened_at
        FROM generate_series(1, %(count)s) AS n
    ) AS told
    JOIN (
        SELECT row_number() OVER (ORDER BY hashint8(place.id)) - 1 AS nth, count(*) OVER () AS homes, place.site_id,
            place.id AS place_id, held.account_id
        FROM estate_place AS place LEFT JOIN estate_accountplace AS held ON held.place_id = place.id
        WHERE place.kind = 'unit'
    ) AS home ON home.nth = n::bigint * 7919 %% home.homes
    JOIN (
        SELECT row_number() OVER (PARTITION BY site_id ORDER BY id) - 1 AS nth,
            count(*) OVER (PARTITION BY site_id) AS hands, site_id, id, team_id
        FROM people_staff WHERE team_id IS NOT NULL
    ) AS crew ON crew.site_id = home.site_id AND crew.nth = n * 13 %% crew.hands
"""

_CASES = """
    INSERT INTO cases_case (site_id, number, channel, text, caller_name, caller_phone, customer_id, account_id,
        place_id, place_text, place_verdict, category, urgency, team_kind, referrals, classification, needs_person,
        owner_id, state, reopened_count, further_call_count, opened_at, closed_at)
    SELECT o.site_id, 'BS-BENCH-' || substr(o.number, 10), (ARRAY['telephone', 'wechat', 'counter'])[1 + o.id %% 3],
        o.title, '', '', account.customer_id, o.account_id, o.place_id, '', '{}', o.category, o.urgency, 'engineering',
        '[]', jsonb_build_object('category', o.category, 'urgency', o.urgency, 'team', 'engineering', 'confidence', 0.9,
            'reasons', '[]'::jsonb, 'hazards', '[]'::jsonb, 'referrals', '[]'::jsonb, 'needs_person', false),
        o.id %% 50 = 0 AND o.ended_at IS NULL, staff.user_id,
        CASE WHEN o.ended_at IS NULL THEN 'open' WHEN o.id %% 250 = 1 THEN 'follow_up'
            WHEN o.id %% 50 = 2 THEN 'withdrawn' ELSE 'closed' END,
        0, 0, o.opened_at, CASE WHEN o.id %% 250 = 1 THEN NULL ELSE o.ended_at END
    FROM work_workorder AS o LEFT JOIN estate_account AS account ON account.id = o.account_id
    JOIN people_staff AS staff ON staff.id = o.assignee_id WHERE o.number LIKE 'GD-BENCH-%%'
"""

_LINKS = """
    INSERT INTO cases_caseorder (case_id, order_id)
    SELECT c.id, o.id FROM work_workorder AS o JOIN cases_case AS c ON c.number = 'BS' || substr(o.number, 3)
    WHERE o.number LIKE 'GD-BENCH-%%'
"""

_CLOCKS = """
    INSERT INTO work_slaclock (site_id, order_id, stage, started_at, target_at)
    SELECT o.site_id, o.id, stage, now(), now() + interval '1 day' + o.id %% 500 * interval '1 minute'
    FROM work_workorder AS o, unnest(ARRAY['acknowledge', 'arrive', 'finish']) AS stage WHERE o.ended_at IS NULL
"""

_STEPS = """
    INSERT INTO work_escalationstep (site_id, clock_id, percent, role, due_at, told)
    SELECT c.site_id, c.id, step.percent, step.role,
        c.started_at + (c.target_at - c.started_at) * step.percent / 100, '[]'
    FROM work_slaclock AS c, (VALUES (50, 'assignee'), (80, 'supervisor'), (100, 'site_manager'), (150, 'quality'),
        (200, 'head_office')) AS step (percent, role)
    WHERE c.stopped_at IS NULL AND c.order_id IN (SELECT id FROM work_workorder WHERE number LIKE 'GD-BENCH-%%')
"""

_GONE = """
    TRUNCATE cases_case, work_workorder CASCADE
"""


def history(count: int, *, open_in_a_thousand: int = 6) -> None:
    """Replace all cases and orders by `count` of each."""
    facts = {
        "count": count,
        "open": open_in_a_thousand,
        "categories": CATEGORIES,
        "n_categories": len(CATEGORIES),
        "urgencies": URGENCIES,
        "n_urgencies": len(URGENCIES),
        "said": SAID,
        "n_said": len(SAID),
    }
    with connection.cursor() as cursor:
        cursor.execute(_GONE)
        for statement in (_ORDERS, _CASES, _LINKS):
            cursor.execute(statement, facts)
        cursor.execute("VACUUM ANALYZE")


STEP = 100_000_000
"""So far apart lie the keys of one copy of a site and the next."""

#: What a site is made of, in the order in which it can be written, and what must differ in a copy.
_OF_A_SITE = {
    "identity_site": {"code": "t.code || '-' || k", "name": "t.name || k"},
    "identity_user": {"username": "t.username || '-' || k"},
    "people_team": {"lead_id": "NULL"},
    "people_staff": {"employee_no": "t.employee_no || '-' || k"},
    "people_rosterentry": {},
    "estate_place": {},
    "estate_customer": {"user_id": "NULL"},
    "estate_customerphone": {},
    "estate_account": {},
    "estate_accountplace": {},
    "estate_householdmember": {},
    "estate_occupancy": {},
}
_COLUMNS = """
    SELECT c.column_name, EXISTS (
        SELECT FROM pg_constraint f JOIN pg_attribute a ON a.attrelid = f.conrelid AND a.attnum = ANY(f.conkey)
        WHERE f.contype = 'f' AND f.conrelid = %(table)s::text::regclass AND a.attname = c.column_name
        AND f.confrelid::regclass::text = ANY(%(cloned)s)
    ) FROM information_schema.columns c
    WHERE c.table_name::text = %(table)s::text AND c.table_schema = 'public' AND c.is_generated = 'NEVER' ORDER BY 1
"""


def more_sites(code: str, first: int, last: int) -> None:
    """Copies number `first` to `last` of a site with everybody who lives and works there, by plain INSERT … SELECT."""
    with transaction.atomic(), connection.cursor() as cursor:  # keys are checked at its end
        for table, changed in _OF_A_SITE.items():
            cursor.execute(_COLUMNS, {"table": table, "cloned": list(_OF_A_SITE)})
            values = {name: _copied(name, changed, is_key=is_key) for name, is_key in cursor.fetchall()}
            where = {"identity_site": "t.id = s.id", "identity_user": _WORKS_THERE}.get(table, "t.site_id = s.id")
            columns = ", ".join(f'"{name}"' for name in values)
            cursor.execute(
                f"INSERT INTO {table} ({columns}) SELECT {', '.join(values.values())} FROM {table} AS t"
                f" JOIN identity_site AS s ON s.code = %s AND {where}, generate_series(%s::int, %s::int) AS k",
                [code, first, last],
            )
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")


_WORKS_THERE = "t.id IN (SELECT user_id FROM people_staff WHERE site_id = s.id)"


def _copied(name: str, changed: dict[str, str], *, is_key: bool) -> str:
    return changed.get(name) or (f't."{name}" + k * {STEP}::bigint' if is_key or name == "id" else f't."{name}"')


def clocks() -> None:
    """Clocks and the steps of their escalation for every order in hand, some hours from being due."""
    with connection.cursor() as cursor:
        for statement in (_CLOCKS, _STEPS):
            cursor.execute(statement.replace("%%", "%"))
        cursor.execute("VACUUM ANALYZE work_slaclock, work_escalationstep")


_TIDY = """
    UPDATE work_escalationstep SET cancelled_at = now() WHERE fired_at IS NULL AND cancelled_at IS NULL;
    UPDATE work_slaclock SET stopped_at = now() WHERE stopped_at IS NULL;
    UPDATE cases_case SET state = 'closed', closed_at = now(), opened_at = opened_at - interval '30 days'
        WHERE closed_at IS NULL;
    UPDATE work_workorder SET state = 'closed', ended_at = now(), opened_at = opened_at - interval '30 days'
        WHERE ended_at IS NULL
"""


def end_everything() -> None:
    """All work is done, a month ago, so that the next round finds people with free hands."""
    with connection.cursor() as cursor:
        for statement in _TIDY.split(";"):
            cursor.execute(statement)
        cursor.execute(
            "VACUUM ANALYZE work_workorder, cases_case, work_slaclock, work_escalationstep, kernel_outboxevent"
        )
