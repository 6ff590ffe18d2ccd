"""History is not edited: the database refuses it."""

from datetime import datetime

import pytest
from django.apps import apps
from django.db import DatabaseError, connection, transaction

from tests.cast import Cast
from zhongshu.identity import audit
from zhongshu.identity.models import AuditEntry, SignInAttempt
from zhongshu.identity.roles import Role


def _guarded() -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT tgrelid::regclass::text FROM pg_trigger WHERE tgname = 'append_only' ORDER BY 1")
        return [table for (table,) in cursor.fetchall()]


def test_what_must_not_change_is_guarded(db: None) -> None:
    assert {"identity_auditentry", "identity_phonereveal", "identity_signinattempt"} <= set(_guarded())


def test_guarded_tables_are_tables_of_ours(db: None) -> None:
    assert set(_guarded()) <= {model._meta.db_table for model in apps.get_models()}


@pytest.mark.parametrize("change", ["update", "delete"])
def test_neither_a_change_nor_a_removal_gets_through(cast: Cast, noon: datetime, change: str) -> None:
    audit.record(actor=cast.system, at=noon, verb="tests.ring", target=cast.yql)
    SignInAttempt.objects.create(username="x", at=noon, succeeded=False)
    for rows in (AuditEntry.objects.all(), SignInAttempt.objects.all()):
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            rows.update(at=noon) if change == "update" else rows.delete()
        assert rows.count() == 1


def test_a_user_who_stands_in_the_audit_cannot_be_deleted(cast: Cast, noon: datetime) -> None:
    actor = cast.actor(Role.ADMINISTRATOR)
    audit.record(actor=actor, at=noon, verb="tests.ring", target=cast.yql)
    with pytest.raises(Exception, match="protected foreign keys"):
        cast.user(Role.ADMINISTRATOR).delete()
