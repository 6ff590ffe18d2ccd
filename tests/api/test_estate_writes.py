"""What the pages of the estate can do, done by a program."""

from django.test import Client

from zhongshu.estate.models import Customer, Place
from zhongshu.estate.workbooks.registry import kind_named
from zhongshu.estate.workbooks.writing import filled_workbook
from zhongshu.identity.models import AuditEntry
from zhongshu.identity.roles import Role
from zhongshu.kernel.clock import day_of, now

UNIT = "P2-3-2-1502"
WANG = {"name": "王小明", "phones": ["13800001234"], "starts_on": "2026-01-01"}


def verbs() -> list[str]:
    return list(
        AuditEntry.objects.filter(origin="api", verb__startswith="estate.")
        .order_by("pk")
        .values_list("verb", flat=True)
    )


def test_an_account_from_its_opening_to_its_end(town, program):
    caller = program()
    opened = caller.post(f"/places/HT/{UNIT}/accounts", WANG)
    assert opened.status_code == 201
    number = opened.json()["number"]
    assert caller.post(f"/places/HT/{UNIT}/accounts", WANG).json()["code"] == "account_overlap"
    child = {"name": "王小小", "relation": "family", "starts_on": "2026-02-01"}
    household = caller.post(f"/accounts/HT/{number}/members", child).json()["members"]
    assert [member["name"] for member in household] == ["王小明", "王小小"]
    left = caller.post(f"/accounts/HT/{number}/members/{household[1]['member_id']}/ending", {})
    assert [member["name"] for member in left.json()["members"]] == ["王小明"]
    holder = household[0]["member_id"]
    assert caller.post(f"/accounts/HT/{number}/members/{holder}/ending", {}).status_code == 422
    handed = caller.post(f"/places/HT/{UNIT}/transfers", {"name": "李四", "on": "2026-03-01"})
    assert (handed.status_code, handed.json()["customer"]) == (201, "李四")
    assert caller.get(f"/accounts/HT/{number}").json()["ends_on"] == "2026-03-01"
    ended = caller.post(f"/accounts/HT/{handed.json()['number']}/ending", {"ends_on": "2026-04-01"})
    assert ended.json()["ends_on"] == "2026-04-01"
    assert {"estate.open_account", "estate.add_member", "estate.end_member", "estate.end_account"} <= set(verbs())


def test_a_dwelling_its_status_and_its_keeper(town, program):
    caller = program()
    fitted = caller.post(f"/places/HT/{UNIT}/occupancies", {"status": "fitting_out", "starts_on": "2026-01-01"})
    assert fitted.status_code == 201
    assert (
        caller.post(f"/places/HT/{UNIT}/occupancies", {"status": "ruined", "starts_on": "2026-02-01"}).status_code
        == 422
    )
    caller.post(f"/places/HT/{UNIT}/occupancies", {"status": "occupied", "starts_on": "2026-02-01"})
    assert [row["status"] for row in caller.get(f"/places/HT/{UNIT}/occupancies").json()] == ["occupied", "fitting_out"]
    keeper = town.cast.user(Role.KEEPER, town.site)
    named = caller.post("/places/HT/P2-3/territories", {"keeper_user_id": keeper.pk, "starts_on": "2026-01-01"})
    assert named.json()["keeper"] == keeper.name
    assert caller.get(f"/places/HT/{UNIT}").json()["keeper"] == keeper.name
    ended = caller.post(f"/territories/{named.json()['territory_id']}/ending", {})
    assert ended.json()["ends_on"] == day_of(now()).isoformat()


def test_a_customer_put_right_keeps_the_numbers_that_are_masked(town, program):
    account = town.move_in(UNIT)
    caller = program()
    customer = caller.get(f"/customers/{account.customer_id}").json()
    said = {"name": "王晓明", "phones": [*customer["phones"], "13311112222"]}
    changed = caller.send("PUT", f"/customers/{account.customer_id}", said)
    assert changed.json()["phones"] == [*customer["phones"], "133****2222"]
    assert Customer.objects.get(pk=account.customer_id).name == "王晓明"
    assert caller.send("PUT", f"/customers/{account.customer_id}", {"name": ""}).json()["field"] == "name"


def test_a_workbook_is_looked_at_and_then_taken(town, program):
    caller, estate = program(), kind_named("estate")
    told = caller.get("/templates/estate")
    assert told.headers["Content-Disposition"].endswith('"estate-template.xlsx"')
    present = estate.rows(town.site, now())
    from django.core.files.uploadedfile import SimpleUploadedFile

    book = SimpleUploadedFile("again.xlsx", filled_workbook(estate.specs, present, estate.notes))
    headers = {"Authorization": f"Bearer {caller.secret}"}
    sent = Client().post("/api/v1/imports", {"site": "HT", "kind": "estate", "file": book}, headers=headers)
    assert (sent.status_code, sent.json()["state"]) == (201, "ready")
    before = Place.objects.count()
    number = sent.json()["import_id"]
    assert caller.post(f"/imports/{number}/taking", {}).json()["state"] == "taken"
    assert caller.post(f"/imports/{number}/taking", {}).json()["code"] == "import_not_ready"
    assert Place.objects.count() == before
    assert caller.get(f"/imports/{number}/errors").status_code == 404
    assert [row["import_id"] for row in caller.get("/imports?site=HT").json()["items"]] == [number]
    assert caller.get("/exports/HT/estate").status_code == 200


def test_whoever_may_not_hears_that_there_is_nothing(town, program):
    account = town.move_in(UNIT)
    for caller in (program(Role.TECHNICIAN), program(Role.SITE_MANAGER, town.cast.xh)):
        assert caller.post(f"/accounts/HT/{account.number}/ending", {}).status_code == 404
        assert caller.post(f"/places/HT/{UNIT}/transfers", {"name": "李四", "on": "2026-03-01"}).status_code == 404
        assert caller.send("PUT", f"/customers/{account.customer_id}", {"name": "李四"}).status_code == 404
        assert caller.get("/imports?site=HT").status_code == 404
        assert caller.get("/exports/HT/estate").status_code == 404
    account.refresh_from_db()
    assert account.ends_on is None
