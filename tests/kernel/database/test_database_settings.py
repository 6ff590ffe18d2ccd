"""What Django's settings get from the launcher."""

from pathlib import Path

import psycopg
import pytest

from zhongshu.kernel.database import Server, data_dir, django_settings, kept_up, secret_key


@pytest.fixture
def data(open_directory: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("ZHONGSHU_DATA", str(open_directory / "data"))
    return open_directory / "data"


def test_the_settings_name_a_server_that_runs(data: Path) -> None:
    settings = django_settings()
    try:
        assert settings["ENGINE"] == "django.db.backends.postgresql"
        with psycopg.connect(
            host=settings["HOST"], port=settings["PORT"], user=settings["USER"], dbname=settings["NAME"]
        ) as connection:
            assert connection.info.user == "zhongshu"
    finally:
        Server(data).release()


def test_kept_up_needs_no_server_of_ours_beside_the_users_own(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgres://clerk:word@db.internal:6000/property")
    with kept_up():
        assert not data.exists()


def test_a_database_of_the_users_own_goes_first(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgres://clerk:word@db.internal:6000/property")
    settings = django_settings()
    assert (settings["HOST"], settings["PORT"], settings["NAME"]) == ("db.internal", 6000, "property")
    assert settings["CONN_MAX_AGE"] == 60
    assert settings["OPTIONS"]["connect_timeout"] == 5, "who asks whether it is ready gets an answer"
    assert not data.exists(), "nothing is launched"


def test_a_relative_data_directory_is_meant_from_here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("ZHONGSHU_DATA", "mine")
    assert data_dir() == tmp_path / "mine"


def test_without_a_word_the_data_lies_in_the_clone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ZHONGSHU_DATA", raising=False)
    assert data_dir() == Path(__file__).resolve().parents[3] / "var" / "data"


def test_the_secret_key_is_made_once_and_is_private(data: Path) -> None:
    key = secret_key()
    assert len(key) >= 50
    assert secret_key() == key
    assert (data / "secret_key").stat().st_mode & 0o777 == 0o600
    assert [entry.name for entry in data.iterdir()] == ["secret_key"]
