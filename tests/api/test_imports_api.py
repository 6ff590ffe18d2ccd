"""Workbooks in somebody else's layout over the API: what was read as what, what nobody knows, and letting go."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from zhongshu.estate.models import EstateImport

REGISTER = "楼栋,房号,建筑面积\n1号楼,9901,89.5平米\n"


@pytest.fixture(autouse=True)
def files(settings, tmp_path) -> None:
    settings.MEDIA_ROOT = tmp_path


def send(caller, text: str, **more: str):
    file = SimpleUploadedFile("登记.csv", text.encode())
    headers = {"Authorization": f"Bearer {caller.secret}"}
    return Client().post("/api/v1/imports", {"site": "HT", "kind": "estate", "file": file, **more}, headers=headers)


def test_the_answer_says_what_was_read_as_what(town, program) -> None:
    caller = program()
    sent = send(caller, REGISTER).json()
    assert sent["state"] == "ready"
    readings = {reading["column"]: reading for reading in sent["report"]["readings"]}
    assert readings["建筑面积"]["becomes"] == "房屋·建筑面积"
    assert readings["建筑面积"]["examples"] == ["89.5平米 → 89.5"]
    assert caller.get(f"/imports/{sent['import_id']}").json()["report"]["layout"] == "zhongshu"


def test_a_layout_nobody_knows_waits_for_somebody_to_say(town, program) -> None:
    sent = send(program(), "甲,乙\n1,2\n").json()
    assert sent["state"] == "unmapped"
    assert "缺少列：楼栋、房号" in sent["report"]["refusal"]


@pytest.mark.parametrize("layout", ["sap", "mapped"])
def test_a_layout_that_is_asked_for_must_be_there(town, program, layout: str) -> None:
    answer = send(program(), REGISTER, layout=layout)
    told = {"sap": (422, "layout"), "mapped": (201, None)}[layout]
    assert (answer.status_code, answer.json().get("field")) == told
    assert answer.json().get("state") in {None, "unmapped"}


def test_an_import_is_let_go(town, program) -> None:
    caller = program()
    number = send(caller, REGISTER).json()["import_id"]
    assert caller.post(f"/imports/{number}/discarding", {}).json()["state"] == "discarded"
    assert caller.post(f"/imports/{number}/discarding", {}).json()["code"] == "import_not_ready"
    assert caller.post(f"/imports/{number}/taking", {}).status_code == 409
    assert EstateImport.objects.get().state == "discarded"
