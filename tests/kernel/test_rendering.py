"""A new database gets the same tables, however its models are rendered on the way."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PROGRAM = """
import django; django.setup()
from django.core.management import call_command
from zhongshu.kernel import schema
if {plainly}: schema.is_empty = lambda: False
call_command("migrate", verbosity=0, interactive=False)
"""
TABLES = """
    SELECT format('%s.%s %s %s %s', table_name, column_name, data_type, is_nullable, column_default)
    FROM information_schema.columns WHERE table_schema = 'public'
    UNION ALL SELECT format('%s %s', conrelid::regclass, pg_get_constraintdef(oid)) FROM pg_constraint
    UNION ALL SELECT indexdef FROM pg_indexes WHERE schemaname = 'public'
    UNION ALL SELECT pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal
    ORDER BY 1
"""


def tables_of(directory: Path, *, plainly: bool) -> list[str]:
    told = PROGRAM.format(plainly=plainly) + (
        "from django.db import connection as c\n"
        f"with c.cursor() as k: k.execute({TABLES!r}); print(*(row[0] for row in k.fetchall()), sep='\\n')\n"
    )
    env = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    env |= {"ZHONGSHU_DATA": str(directory), "DJANGO_SETTINGS_MODULE": "zhongshu.config.settings"}
    done = subprocess.run([sys.executable, "-c", told], cwd=ROOT, env=env, capture_output=True, text=True, check=True)
    return done.stdout.splitlines()


@pytest.mark.slow
def test_a_new_database_has_the_same_tables_as_one_that_grew(tmp_path: Path) -> None:
    quickly, plainly = tables_of(tmp_path / "quick", plainly=False), tables_of(tmp_path / "plain", plainly=True)
    assert len(quickly) > 1000
    assert quickly == plainly
