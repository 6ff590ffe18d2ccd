"""Running the files of `care/sql`: several statements each, with the values of a run."""

from collections.abc import Mapping
from typing import Any

from django.db import connection

from zhongshu.kernel.sql import statement


def text_of(name: str) -> str:
    """The statements of a file, with the table of standing entries set in."""
    return statement("care", name).replace("{{standing}}", statement("care", "standing"))


def clear() -> None:
    """The tables a run works in are there, and empty."""
    with connection.cursor() as cursor:
        cursor.execute(text_of("workshop"))


def perform(name: str, values: Mapping[str, Any]) -> list[int]:
    """Each statement of the file in order; how many rows each touched."""
    touched = []
    with connection.cursor() as cursor:
        for part in text_of(name).split(";\n"):
            cursor.execute(part, values)
            touched.append(cursor.rowcount)
    return touched


def affected(values: Mapping[str, Any]) -> dict[str, list[int] | None]:
    """The accounts a run looks at, as a parameter: named where they are few, None where it looks at everybody."""
    if values["since"] is None:
        return {"accounts": None}
    with connection.cursor() as cursor:
        cursor.execute("SELECT account_id FROM care_now_account")
        return {"accounts": [account_id for (account_id,) in cursor.fetchall()]}


def touch(task_id: int) -> None:
    """A task that this run made by itself: it gets its lines with the others."""
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO care_now_touched VALUES (%s)", [task_id])


def rows(name: str, values: Mapping[str, Any]) -> list[tuple[Any, ...]]:
    """What the one statement of the file gives."""
    with connection.cursor() as cursor:
        cursor.execute(text_of(name), values)
        return list(cursor.fetchall())
