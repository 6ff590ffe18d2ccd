"""Orders for programs: what the pages do, over `/api/v1`."""

from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from ninja.testing import TestClient

from tests.work.conftest import Crew
from tests.work.test_pages import picture
from zhongshu.config.api import api  # noqa: F401 - puts the routers together before one is asked by itself
from zhongshu.identity.actor import Actor
from zhongshu.identity.roles import Role
from zhongshu.kernel.errors import Refusal
from zhongshu.work.api import router
from zhongshu.work.errors import IllegalMove, OrderNotFound
from zhongshu.work.models import WorkOrder


@pytest.fixture
def client(monkeypatch: pytest.MonkeyPatch) -> TestClient:
    monkeypatch.setenv("NINJA_SKIP_REGISTRY", "yes")
    return TestClient(router)


@pytest.fixture
def order(crew: Crew) -> WorkOrder:
    return crew.order(assignee=crew.staff["张强"])


def move(client: TestClient, actor: Actor, number: str, **words: Any) -> Any:
    return client.post(f"/orders/{number}/moves", json=words, actor=actor).json()


def test_a_list_with_filters_and_pages(crew: Crew, order: WorkOrder, client: TestClient) -> None:
    crew.order(urgency="P1")
    manager = crew.actor("经理")
    everything = client.get("/orders?page_size=1&site=YQL", actor=manager).json()
    assert (everything["total"], everything["pages"], len(everything["items"])) == (2, 2, 1)
    urgent = client.get("/orders?urgency=P1&team=engineering&kind=repair", actor=manager).json()
    assert [item["urgency"] for item in urgent["items"]] == ["P1"]
    assert urgent["items"][0]["clock"]["stage"] == "acknowledge"
    assert client.get("/orders?page_size=1000", actor=manager).status_code == 422
    assert client.get("/orders", actor=crew.cast.actor(Role.SITE_MANAGER, crew.cast.xh)).json()["total"] == 0


def test_an_order_along_its_way(crew: Crew, order: WorkOrder, client: TestClient) -> None:
    his, lead = crew.actor("张强"), crew.actor("王主管")
    assert client.get(f"/orders/{order.number}", actor=his).json()["possible"] == ["accept", "object"]
    assert move(client, his, order.number, verb="accept")["state"] == "accepted"
    held = move(client, lead, order.number, verb="hold", reason="等配件", resume_on="2099-01-01")
    assert held["clocks"][-1]["paused_at"] is not None
    assert move(client, lead, order.number, verb="resume")["state"] == "accepted"
    assert move(client, his, order.number, verb="arrive", place="P1-3")["timeline"][-1]["place"] == "P1-3处"
    assert move(client, his, order.number, verb="finish", reason="换了角阀")["state"] == "done"
    assert move(client, lead, order.number, verb="sign_off")["state"] == "closed"
    assert move(client, lead, order.number, verb="reopen", reason="又漏了")["decision"]["level"]


def test_refusals_are_those_of_the_rules(crew: Crew, order: WorkOrder, client: TestClient) -> None:
    for actor, refusal in [(crew.actor("张强"), IllegalMove), (crew.cast.actor(Role.GUARD, crew.site), OrderNotFound)]:
        with pytest.raises(refusal):
            move(client, actor, order.number, verb="finish")
    assert WorkOrder.objects.get(pk=order.pk).state == "dispatched"


def test_a_task_is_given(crew: Crew, client: TestClient) -> None:
    task = {"site": "YQL", "title": "检查消防栓", "team_kind": "engineering", "place": "P1-3"}
    made = client.post("/orders", json=task, actor=crew.actor("经理"))
    assert (made.status_code, made.json()["kind"], made.json()["place"]) == (201, "task", "P1-3")
    for wrong in ({"site": "XH"}, {"place": "P9"}):
        with pytest.raises(Refusal):
            client.post("/orders", json=task | wrong, actor=crew.actor("经理"))


def test_a_photo_is_added(crew: Crew, order: WorkOrder, client: TestClient, settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path
    upload = SimpleUploadedFile("a.jpg", picture(), "image/jpeg")
    path = f"/orders/{order.number}/photos"
    sent = client.post(path, data={"is_after": "true"}, FILES={"photo": upload}, actor=crew.actor("张强"))
    assert sent.status_code == 201
    assert sent.json()["is_after"] is True
