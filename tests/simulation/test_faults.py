"""What goes wrong really goes wrong, and just as much as it says."""

import os
from threading import get_ident

import pytest
from django.db import InterfaceError, OperationalError, connection, transaction

from zhongshu.kernel.errors import Refusal
from zhongshu.simulation.mishaps import answer_lost, at_once, commit_fails, connection_cut, killed_at
from zhongshu.simulation.throwaway import Throwaway

LOST = (OperationalError, InterfaceError)


def write(series: str, *, statements: int = 1) -> None:
    """Several statements in one transaction."""
    with transaction.atomic(), connection.cursor() as cursor:
        for nth in range(statements):
            cursor.execute("INSERT INTO kernel_runningnumber VALUES (%s, 1)", [f"{series}{nth}"])


def written() -> list[str]:
    connection.close()
    with connection.cursor() as cursor:
        cursor.execute("SELECT series FROM kernel_runningnumber ORDER BY series")
        return [series for (series,) in cursor.fetchall()]


def test_a_server_that_dies_before_the_commit_has_written_nothing(database: Throwaway) -> None:
    write("earlier")
    with commit_fails(database), pytest.raises(LOST):
        write("now")
    assert written() == ["earlier0"]
    write("again")
    assert written() == ["again0", "earlier0"]


def test_a_server_that_dies_after_the_commit_has_written_everything(database: Throwaway) -> None:
    with answer_lost(database), pytest.raises(LOST):
        write("now", statements=3)
    assert written() == ["now0", "now1", "now2"]


def test_only_the_first_commit_is_interrupted(database: Throwaway) -> None:
    with commit_fails(database):
        with pytest.raises(LOST):
            write("lost")
        connection.close()
        write("kept")
    assert written() == ["kept0"]


def test_a_cut_connection_ends_the_transaction_at_its_statement(database: Throwaway) -> None:
    with connection_cut(database, at_statement=2), pytest.raises(LOST):
        write("now", statements=3)
    assert written() == []


def test_a_worker_is_killed_at_its_statement_and_leaves_nothing_half_done(database: Throwaway) -> None:
    def work() -> None:
        write("first")
        write("second", statements=2)

    assert killed_at(3, work)
    database.wait_until_alone()
    assert written() == ["first0"]


def test_a_worker_that_is_done_before_is_not_killed(database: Throwaway) -> None:
    assert not killed_at(5, lambda: write("all"))
    assert written() == ["all0"]


def test_the_parent_keeps_its_connection_when_a_worker_is_killed(database: Throwaway) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        before = cursor.fetchone()
        killed_at(1, lambda: write("never"))
        cursor.execute("SELECT pg_backend_pid()")
        assert cursor.fetchone() == before


def test_two_at_once_are_two_threads_with_two_sessions(database: Throwaway) -> None:
    def session() -> tuple[int, int]:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_backend_pid()")
            return get_ident(), cursor.fetchone()[0]

    one, other = at_once(session, session)
    assert one[0] != other[0]
    assert one[1] != other[1]


def test_of_two_at_once_the_refused_one_is_told(database: Throwaway) -> None:
    def refuse() -> None:
        raise Refusal("no")

    outcomes = at_once(lambda: "yes", refuse)
    assert outcomes[0] == "yes"
    assert isinstance(outcomes[1], Refusal)


def test_a_restart_is_a_death_and_what_was_committed_survives_it(database: Throwaway) -> None:
    write("kept")
    before = _server_process(database)
    database.restart()
    assert _server_process(database) != before
    assert not os.path.exists(f"/proc/{before}")  # noqa: PTH110
    assert written() == ["kept0"]


def _server_process(database: Throwaway) -> str:
    cluster = database.host.server.cluster  # type: ignore[attr-defined]
    return str((cluster / "postmaster.pid").read_text().split()[0])
