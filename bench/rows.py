"""What one request writes: its new rows, read from the tables afterwards, as plain INSERTs that write them again."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass
from graphlib import TopologicalSorter
from typing import Any

from django.db import connection

_TABLES = """
    SELECT c.relname FROM pg_class AS c JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attname = 'id'
    WHERE c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace AND a.atttypid = 'bigint'::regtype
        AND c.relname NOT IN ('procrastinate_events', 'kernel_idempotentrequest')
"""
_KEYS = """
    SELECT k.conrelid::regclass::text, a.attname, k.confrelid::regclass::text FROM pg_constraint AS k
    JOIN pg_attribute AS a ON a.attrelid = k.conrelid AND a.attnum = k.conkey[1]
    WHERE k.contype = 'f' AND cardinality(k.conkey) = 1
"""
#: Keys that no constraint tells of.
_UNTOLD = {("ledger_leg", "entry_id"): "ledger_entry"}
_UNIQUE = {
    ("work_workorder", "number"),
    ("cases_case", "number"),
    ("messaging_message", "dedupe_key"),
    ("billing_payment", "number"),
    ("billing_payment", "reference"),
    ("ledger_entry", "number"),
    ("ledger_entry", "source"),
}


@dataclass(frozen=True)
class Insert:
    """One INSERT of all rows of a table; `refers`: [index of the value, index of the INSERT, index of its row] for a
    value that is the key of a row inserted before; `unique`: indices of words that must be new every time."""

    table: str
    rows: int
    sql: str
    values: list[Any]
    refers: list[list[int]]
    unique: list[int]


def written_by(request: Callable[[], None]) -> list[Insert]:
    """The rows that `request` adds to any table with a running id (procrastinate's log writes itself by trigger)."""
    with connection.cursor() as cursor:
        cursor.execute(_TABLES)
        tables = [name for (name,) in cursor.fetchall()]
        before = {table: _last(cursor, table) for table in tables}
        request()
        found = {table: _rows(cursor, table, before[table]) for table in tables}
        cursor.execute(_KEYS)
        keys = _UNTOLD | {(table, column): target for table, column, target in cursor.fetchall()}
    return _inserts({table: rows for table, rows in found.items() if rows}, keys)


def _last(cursor: Any, table: str) -> int:
    cursor.execute(f"SELECT coalesce(max(id), 0) FROM {table}")
    return int(cursor.fetchone()[0])


def _rows(cursor: Any, table: str, after: int) -> list[dict[str, Any]]:
    """Every column as PostgreSQL writes it, so that it can be said again as it is."""
    cursor.execute(f"SELECT * FROM {table} LIMIT 0")
    columns = [column.name for column in cursor.description]
    texts = ", ".join(f'"{column}"::text' for column in columns)
    cursor.execute(f"SELECT {texts} FROM {table} WHERE id > %s ORDER BY id", [after])
    return [dict(zip(columns, row, strict=True)) for row in cursor.fetchall()]


def _inserts(found: dict[str, list[dict[str, Any]]], keys: dict[tuple[str, str], str]) -> list[Insert]:
    below = {
        table: {target for (source, _c), target in keys.items() if source == table} & set(found) for table in found
    }
    order = list(TopologicalSorter({table: needs - {table} for table, needs in below.items()}).static_order())
    return [_insert(table, found, keys, order) for table in order]


def _insert(
    table: str, found: dict[str, list[dict[str, Any]]], keys: dict[tuple[str, str], str], order: list[str]
) -> Insert:
    rows = found[table]
    columns = [column for column in rows[0] if column != "id"]
    values, refers, unique = [], [], []
    for row in rows:
        for column in columns:
            target = keys.get((table, column), "")
            ids = [each["id"] for each in found.get(target, [])] if target != table else []
            if row[column] in ids:
                refers.append([len(values), order.index(target), ids.index(row[column])])
            if (table, column) in _UNIQUE:
                unique.append(len(values))
            values.append(row[column])
    tuples = ", ".join(["(" + ", ".join(["%s"] * len(columns)) + ")"] * len(rows))
    names = ", ".join(f'"{column}"' for column in columns)
    sql = f"INSERT INTO {table} ({names}) VALUES {tuples} RETURNING id"
    return Insert(table, len(rows), sql, values, refers, unique)


def as_json(plans: list[list[Insert]]) -> str:
    """For the plain view, which runs in another process."""
    return json.dumps([[asdict(insert) for insert in plan] for plan in plans], ensure_ascii=False)
