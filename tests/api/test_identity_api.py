"""Oneself, users and their roles, tokens, the audit and jobs, for programs."""

import pytest

from tests.api.conftest import Caller
from zhongshu.identity.models import AuditEntry, User
from zhongshu.identity.rights import REGISTRY
from zhongshu.identity.roles import Role
from zhongshu.kernel.clock import day_of, now


@pytest.fixture
def admin(town, program) -> Caller:
    """A program of an administrator of the site."""
    return program(Role.ADMINISTRATOR)


def test_oneself_and_the_sites(town, program):
    caller = program(Role.CALL_TAKER)
    me = caller.get("/me").json()
    assert [(role["role"], role["site"]) for role in me["roles"]] == [("call_taker", "HT")]
    assert [site["code"] for site in caller.get("/sites").json()] == ["HT"]
    changed = caller.send("PUT", "/me", {"name": "小罗", "language": "en", "large_type": True}).json()
    assert (changed["name"], changed["language"], changed["large_type"]) == ("小罗", "en", True)
    assert caller.send("PUT", "/me", {"name": "小罗", "language": "tlh"}).json()["field"] == "language"


def test_a_number_is_revealed_with_its_reason(town, program):
    phone = town.move_in("P2-3-2-1502").customer.phones.get()
    wanted = {"target_type": "estate.customerphone", "target_id": str(phone.pk), "reason": "回电话"}
    caller = program(Role.CALL_TAKER)
    assert caller.post("/phones/reveal", wanted).json() == {"number": phone.number}
    assert caller.post("/phones/reveal", {**wanted, "reason": " "}).json()["field"] == "reason"
    assert program(Role.TECHNICIAN).post("/phones/reveal", wanted).status_code == 404
    assert AuditEntry.objects.get(verb="identity.reveal_phone").origin == "api"


def test_a_user_comes_changes_and_goes(town, admin):
    said = {"username": "wang.fang", "name": "王芳", "phone": "13800001111", "role": "keeper", "site": "HT"}
    made = admin.post("/users", said)
    assert made.status_code == 201
    user = User.objects.get(username="wang.fang")
    assert user.check_password(made.json()["first_password"])
    assert made.json()["phone"] == "138****1111"
    assert admin.post("/users", said).json()["code"] == "username_taken"
    path = f"/users/{user.pk}"
    assert admin.send("PUT", path, {"name": "王方", "phone": "138****1111"}).json()["name"] == "王方"
    assert User.objects.get(pk=user.pk).phone == "13800001111"
    given = admin.post(f"{path}/grants", {"role": "supervisor", "site": "HT"}).json()
    assert [role["role"] for role in admin.get(path).json()["roles"]] == ["keeper", "supervisor"]
    assert admin.post(f"/grants/{given['grant_id']}/ending", {}).json()["ends_on"] == day_of(now()).isoformat()
    assert [role["role"] for role in admin.get(path).json()["roles"]] == ["keeper"]
    assert admin.post(f"{path}/password", {}).json()["secret"]
    assert admin.post(f"{path}/deactivation", {}).json()["is_active"] is False
    assert admin.get("/users?state=closed").json()["total"] == 1
    assert admin.post(f"{path}/activation", {}).json()["is_active"] is True


def test_who_administers_one_site_gives_no_role_everywhere(town, admin):
    user = town.cast.user(Role.KEEPER, town.site)
    assert admin.post(f"/users/{user.pk}/grants", {"role": "keeper", "site": None}).status_code == 404
    assert admin.post(f"/users/{user.pk}/grants", {"role": "keeper", "site": "XH"}).status_code == 404
    stranger = town.cast.user(Role.KEEPER, town.cast.xh)
    assert admin.post(f"/users/{stranger.pk}/password", {}).status_code == 404


def test_a_token_makes_no_token_mightier_than_itself(town, program):
    keeper = town.cast.user(Role.KEEPER, town.site)
    caller = program(Role.ADMINISTRATOR, scopes=["identity.manage_tokens", "cases.view"])
    wanted = {"username": keeper.username, "name": "看板", "scopes": ["cases.view"]}
    made = caller.post("/tokens", wanted)
    assert (made.status_code, made.json()["scopes"]) == (201, ["cases.view"])
    assert Caller(made.json()["secret"], caller.client).get("/cases").status_code == 200
    more = caller.post("/tokens", {**wanted, "scopes": ["cases.view", "cases.tend"]})
    assert (more.status_code, more.json()["code"]) == (422, "scope_not_held")
    number = made.json()["token_id"]
    assert caller.post(f"/tokens/{number}/revocation", {}).status_code == 204
    assert Caller(made.json()["secret"], caller.client).get("/cases").status_code == 401
    assert caller.get("/tokens?state=dead").json()["items"][0]["token_id"] == number


def test_the_audit_and_the_jobs_are_read(town, admin):
    admin.post("/places/HT/P2-3-2-1502/occupancies", {"status": "occupied", "starts_on": "2026-01-01"})
    today = day_of(now()).isoformat()
    lines = admin.get(f"/audit?site=HT&verb=estate.set&since={today}&until={today}").json()["items"]
    assert [(line["origin"], line["after"]["status"]) for line in lines] == [("api", "occupied")]
    assert admin.get("/audit?until=9999-12-31").status_code == 422
    assert admin.get("/audit?site=XH").status_code == 404
    assert admin.get("/jobs").json()["items"] == []
    assert admin.get("/jobs/health").json()["is_alive"] is False
    assert admin.post("/jobs/1/retry", {}).status_code == 404


@pytest.mark.parametrize("path", ["/users", "/tokens", "/audit", "/jobs", "/jobs/health"])
def test_administration_is_not_there_for_others(town, program, path):
    assert program(Role.CALL_TAKER).get(path).status_code == 404
    scoped = program(Role.ADMINISTRATOR, scopes=set(REGISTRY) - {r for r in REGISTRY if r.startswith("identity.")})
    assert scoped.get(path).status_code == 404
