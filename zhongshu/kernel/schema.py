"""The tables as this version of the program wants them."""

import os
from collections.abc import Iterator
from contextlib import contextmanager

from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.utils.translation import gettext as _

from zhongshu.kernel.errors import Refusal

_ALONE = 0x5A48534D  # any number; two programs that start at once wait for each other at it


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
    with _alone():
        call_command("migrate", verbosity=0, interactive=False)


def is_behind() -> bool:
    """Whether migrations of this version have not run yet."""
    executor = MigrationExecutor(connection)
    return bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))


@contextmanager
def _alone() -> Iterator[None]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [_ALONE])
        try:
            yield
        finally:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [_ALONE])
