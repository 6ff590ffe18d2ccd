"""create-user, grant, reset-password, as a person and as a machine call them."""

import json
import subprocess
import sys
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

import zhongshu
from tests.cast import PASSWORD, Cast
from tests.identity.audits import audited
from zhongshu.identity.actor import Origin
from zhongshu.identity.models import User
from zhongshu.identity.roles import Role
from zhongshu.kernel.command import ZhongshuCommand
from zhongshu.kernel.errors import Refusal


def run(name: str, *args: str) -> Any:
    told = StringIO()
    call_command(name, *args, "--json", stdout=told)
    return json.loads(told.getvalue())


class Refuser(ZhongshuCommand):
    def handle(self, *args: Any, **options: Any) -> None:
        raise Refusal("今天不行。")


class Teller(ZhongshuCommand):
    def handle(self, *args: Any, **options: Any) -> None:
        self.answer({"one": 1, "many": ["a", {"b": None}]}, json=options["json"])


def test_a_user_is_created_with_a_first_password(cast: Cast) -> None:
    with audited("identity.create_user", "identity.grant_role") as entries:
        told = run("create_user", "wang.fang", "--name", "王芳", "--role", "keeper", "--site", "YQL")
    assert User.objects.get(username="wang.fang").check_password(told["password"])
    assert {entry.origin for entry in entries} == {Origin.COMMAND}


def test_a_given_password_is_not_repeated(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", StringIO(f"{PASSWORD}\n"))
    told = run(
        "create_user", "wang.fang", "--name", "王芳", "--role", "administrator", "--site", "all", "--password-stdin"
    )
    user = User.objects.get(username="wang.fang")
    assert set(told) == {"id", "username"}
    assert user.check_password(PASSWORD)
    assert user.role_grants.get().site is None


def test_a_role_is_given_for_a_time(cast: Cast) -> None:
    cast.user(Role.KEEPER, cast.yql)
    told = run(
        "grant", "keeper_yql", "--role", "legal", "--site", "XH", "--from", "2026-01-01", "--until", "2026-02-01"
    )
    assert (told["starts_on"], told["ends_on"], told["site"]) == ("2026-01-01", "2026-02-01", "XH")


def test_a_password_is_reset(cast: Cast) -> None:
    keeper = cast.user(Role.KEEPER, cast.yql)
    told = run("reset_password", "keeper_yql")
    keeper.refresh_from_db()
    assert keeper.check_password(told["password"])


@pytest.mark.parametrize(
    ("args", "sentence"),
    [
        (["reset_password", "nobody"], "没有用户名为 nobody"),
        (["grant", "keeper_yql", "--role", "legal", "--site", "NO"], "没有编号为 NO"),
        (["grant", "keeper_yql", "--role", "keeper", "--site", "YQL"], "已经有这个角色"),
    ],
)
def test_what_cannot_be_done_is_said(cast: Cast, args: list[str], sentence: str) -> None:
    cast.user(Role.KEEPER, cast.yql)
    with audited(), pytest.raises(CommandError, match=sentence):
        run(*args)


@pytest.mark.django_db
def test_on_the_command_line_a_refusal_is_one_sentence_and_exit_code_one(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        Refuser().run_from_argv(["zhongshu", "refuse"])
    assert ended.value.code == 1
    assert capsys.readouterr().err.strip() == "今天不行。"
    assert capsys.readouterr().out == ""


@pytest.mark.django_db
def test_a_refusal_for_machines_stands_where_the_answer_would(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        Refuser().run_from_argv(["zhongshu", "refuse", "--json"])
    assert ended.value.code == 1
    told = capsys.readouterr()
    assert json.loads(told.out) == {"error": {"code": "refused", "message": "今天不行。", "field": ""}}
    assert told.err.strip() == "今天不行。"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("options", "told"), [(["--json"], '{"one": 1, "many": ["a", {"b": null}]}\n'), ([], "one: 1\nmany: a, b=\n")]
)
def test_an_answer_for_machines_and_one_for_people(
    capsys: pytest.CaptureFixture[str], options: list[str], told: str
) -> None:
    Teller().run_from_argv(["zhongshu", "tell", *options])
    assert capsys.readouterr().out == told


def test_a_token_opens_the_api_for_what_its_user_may(cast: Cast) -> None:
    cast.user(Role.KEEPER, cast.yql)
    with audited("identity.create_token"):
        told = run("create_token", "keeper_yql", "--name", "board")
    assert told["secret"].startswith("zs_")
    assert "cases.open" in told["scopes"]
    assert "identity.manage_users" not in told["scopes"]


def test_rights_of_every_app_are_known_to_a_command_that_loads_no_page() -> None:
    """A fresh process: in this one the pages have been loaded by other tests."""
    code = "from zhongshu.identity.rights import REGISTRY; print(*{code.split('.')[0] for code in REGISTRY})"
    start = f"import django; django.setup(); {code}"
    told = subprocess.run([sys.executable, "-c", start], capture_output=True, text=True, check=True).stdout.split()
    apps = {path.parent.name for path in Path(zhongshu.__file__).parent.glob("*/permissions.py")}
    assert set(told) == apps


def test_a_token_may_be_narrower_but_not_wider_than_its_user(cast: Cast) -> None:
    cast.user(Role.KEEPER, cast.yql)
    assert run("create_token", "keeper_yql", "--scope", "cases.view")["scopes"] == ["cases.view"]
    with pytest.raises(CommandError):
        run("create_token", "keeper_yql", "--scope", "estate.add_site")
