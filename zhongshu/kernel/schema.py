"""The tables as this version of the program wants them."""

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager

from django.core.management import call_command
from django.db import connection
from django.db.backends.utils import CursorWrapper
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.recorder import MigrationRecorder
from django.utils.translation import gettext as _

from zhongshu.kernel.errors import Refusal

_ALONE = 0x5A48534D  # any number; two programs that start at once wait for each other at it
_LOOKS_EVERY = 0.1


class SchemaBehind(Refusal):
    """The database named by `DATABASE_URL` lacks migrations; whoever looks after it decides when they run."""

    code = "schema_behind"


def require_current() -> None:
    """Our own database is brought up to date; a server of the user's only after they said so. Raises SchemaBehind."""
    if not is_behind():
        return
    if os.environ.get("DATABASE_URL"):
        raise SchemaBehind(_("数据库还没有升级到本版本，请先运行 bin/zhongshu migrate。"))
    bring_up_to_date()


def bring_up_to_date() -> None:
    """Runs the migrations that are missing; of two programs at once the second finds them done."""
    with alone():
        call_command("migrate", verbosity=0, interactive=False)


def is_empty() -> bool:
    """Whether no migration has ever run here."""
    return not MigrationRecorder(connection).applied_migrations()


def is_behind() -> bool:
    """Whether the database lacks migrations of this version."""
    return bool(missing_migrations())


def missing_migrations() -> list[str]:
    """`app.name` of those that this version has and the database has not seen, in the order in which they run."""
    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return [f"{migration.app_label}.{migration.name}" for migration, _backwards in plan]


@contextmanager
def alone() -> Iterator[None]:
    """Nobody else changes the tables meanwhile. A caller who has it already gets it again.

    Asked for again and again instead of waited for: an index that is made concurrently waits for all who wait.
    """
    with connection.cursor() as cursor:
        while not _got_it(cursor):
            time.sleep(_LOOKS_EVERY)
        try:
            yield
        finally:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [_ALONE])


def _got_it(cursor: CursorWrapper) -> bool:
    cursor.execute("SELECT pg_try_advisory_lock(%s)", [_ALONE])
    return bool(cursor.fetchone()[0])
