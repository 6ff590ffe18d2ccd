"""The pages: written, settled, read; what stands beside a call; residents; the API; what is hostile."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.knowledge.conftest import Library
from zhongshu.identity.actions import create_token
from zhongshu.identity.models import Site
from zhongshu.identity.roles import Role
from zhongshu.kernel.clock import day_of, now
from zhongshu.knowledge.models import Article, Feedback, MissedSearch, ReadTask, Version

Browser = Callable[..., Client]
EVIL = "\"'><zs-evil onload=alert(1)></script>'); DROP TABLE x; -- {{7*7}}{% now %}[x](javascript:alert(1))"


@pytest.fixture
def library(library: Library) -> Library:
    """Pages live today."""
    library.noon = now()
    return library


@pytest.fixture
def browser(library: Library) -> Browser:
    def signed_in(role: Role, site: Site | None = library.cast.yql) -> Client:
        client = Client()
        client.force_login(library.cast.user(role, site))
        session = client.session
        session["site_id"] = library.cast.yql.pk
        session.save()
        return client

    return signed_in


def words(**changed: object) -> dict[str, object]:
    typed = {"scope": "YQL", "kind": "sop", "title": "泳池换水", "audience": "staff", "steps": "一\n二", "body": "正文"}
    return typed | {"categories": ["plumbing"], "tags": "泳池，换水"} | changed


def test_an_article_goes_from_a_form_to_everybodys_list(library: Library, browser: Browser) -> None:
    lead, quality, keeper = browser(Role.SERVICE_LEAD), browser(Role.QUALITY), browser(Role.KEEPER)
    refused = lead.post("/knowledge/new", words(title="", body=EVIL))
    assert refused.status_code == 422
    assert "<zs-evil" not in refused.content.decode()
    page = lead.post("/knowledge/new", words(body=EVIL)).url
    article_id = Version.objects.get(title="泳池换水").article_id
    assert page == f"/knowledge/articles/{article_id}"
    assert keeper.get(page).status_code == 404
    assert "泳池换水" in lead.get("/knowledge/desk").content.decode()
    lead.post(f"{page}/draft", words(title="泳池怎样换水", body=f"## 注意\n{EVIL}"))
    assert lead.post(f"{page}/versions/1/submission", {"note": "请审"}).status_code == 302
    assert lead.post(f"{page}/versions/1/publication", {"review_months": 6}).status_code == 404
    assert quality.post(f"{page}/versions/1/return", {"note": ""}).status_code == 422
    assert quality.post(f"{page}/versions/1/publication", {"review_months": 6}).status_code == 302
    shown = keeper.get(page).content.decode()
    assert "<h3>注意</h3>" in shown
    assert "<zs-evil" not in shown
    assert 'href="javascript' not in shown
    assert "泳池怎样换水" in keeper.get("/knowledge/", {"q": "泳池"}).content.decode().replace("<mark>", "").replace(
        "</mark>", ""
    )
    assert "泳池怎样换水" in browser(Role.CALL_TAKER).get("/search", {"q": "yczyhs"}).content.decode()

    assert lead.post(f"{page}/versions").url == f"{page}/draft"
    lead.post(f"{page}/draft", words(title="泳池怎样换水", steps="一\n三", body=f"## 注意\n{EVIL}"))
    difference = lead.get(f"{page}/versions/2/difference").content.decode()
    assert "− 二" in difference.replace("</span>", "")
    assert "三" in difference
    assert keeper.get(f"{page}/versions/2/difference").status_code == 404


def test_a_site_adapts_the_companys_and_only_writers_are_offered_it(library: Library, browser: Browser) -> None:
    article = Article.objects.get(code="sop-lift-trapped")
    page = f"/knowledge/articles/{article.pk}"
    assert "/own" in browser(Role.SERVICE_LEAD).get(page).content.decode()
    assert "/own" not in browser(Role.GUARD).get(page).content.decode()
    assert browser(Role.SERVICE_LEAD).post(f"{page}/own").status_code == 302
    assert Article.objects.filter(site=library.cast.yql, code="sop-lift-trapped").exists()
    assert browser(Role.SERVICE_LEAD).post(f"{page}/versions").status_code == 404


def test_beside_a_call_stand_the_first_minute_the_ticks_and_the_words(library: Library, browser: Browser) -> None:
    desk = browser(Role.CALL_TAKER)
    asked = {"category": "elevator", "urgency": "P1", "text": "电梯关人了", "site": "YQL"}
    shown = desk.get("/knowledge/beside", asked).content.decode()
    first, ticks, says = shown.index("不要扒门"), shown.index('type="checkbox"'), shown.index("一直在电话这头")
    assert first < ticks < says
    fallen = desk.get("/knowledge/beside", {"category": "security_order", "urgency": "P1", "text": "水池边有人落水"})
    assert fallen.context["beside"].first.title == "有人昏倒、受伤、落水"
    everyday = desk.get("/knowledge/beside", {"suggested_category": "plumbing", "suggested_urgency": "P3"})
    assert everyday.context["beside"].first.title == "漏水、堵塞、停水"
    again = {"category": "plumbing", "urgency": "P3", "beside_shown": everyday.context["key"]}
    assert desk.get("/knowledge/beside", again).status_code == 204
    assert desk.get("/knowledge/beside", {"category": EVIL}).content.strip() == b""
    assert desk.get("/knowledge/beside", asked | {"site": "XH"}).status_code == 404


def test_beside_takes_two_statements_at_most(library: Library, browser: Browser) -> None:
    desk = browser(Role.HEAD_OFFICE, None)
    asked = {"category": "elevator", "urgency": "P1", "site": "XH"}
    desk.get("/knowledge/beside", asked)
    with CaptureQueriesContext(connection) as captured:
        desk.get("/knowledge/beside", asked)
    own = [one["sql"] for one in captured if "knowledge_" in one["sql"] or '"identity_site"."code" = ' in one["sql"]]
    assert 1 <= len(own) <= 2


def test_must_be_read_is_asked_confirmed_on_the_phone_and_exported(library: Library, browser: Browser) -> None:
    guard, lead = browser(Role.GUARD), browser(Role.SERVICE_LEAD)
    version = library.settled()
    page = f"/knowledge/articles/{version.article_id}"
    assert lead.post(f"{page}/readings", {"scope": "YQL", "due_on": ""}).status_code == 422
    due_on = day_of(library.noon) + timedelta(days=3)
    asked = lead.post(f"{page}/readings", {"scope": "YQL", "roles": ["guard"], "due_on": due_on}).url
    assert version.title in guard.get("/knowledge/m").content.decode()
    assert "我已阅读" in guard.get(f"/knowledge/m/{version.article_id}").content.decode()
    assert guard.get(asked).status_code == 404
    assert guard.post(f"{page}/receipt", {"from": "phone"}).url == f"/knowledge/m/{version.article_id}"
    assert ReadTask.objects.get().version == version
    assert "1 / 1" in lead.get("/knowledge/readings").content.decode()
    assert lead.get(asked, {"export": "xlsx"}).content[:2] == b"PK"
    assert lead.post(f"{asked}/end").status_code == 302
    guard.post(f"{page}/receipt")
    assert "已经确认过" in guard.get(page).content.decode()


def test_residents_search_the_guide_and_say_whether_it_helped(library: Library, browser: Browser) -> None:
    resident = browser(Role.RESIDENT)
    assert "装修怎么办手续" in resident.get("/resident/guide").content.decode()
    hits = resident.get("/resident/guide", {"q": "维修资金"}).context["found"]
    assert hits[0].version.title == "维修资金归谁、能修什么、怎么用"
    page = f"/resident/guide/{hits[0].version.article_id}"
    assert "第二百八十一条" in resident.get(page).content.decode()
    resident.post(f"{page}/feedback", {"helped": "no", "note": "没说找谁"})
    resident.post(f"{page}/feedback", {"helped": "yes", "note": "看懂了"})
    assert Feedback.objects.get().is_helpful
    internal = Article.objects.get(code="script-abusive").pk
    assert resident.get(f"/resident/guide/{internal}").status_code == 404
    assert resident.get("/knowledge/").status_code == 404
    resident.get("/resident/guide", {"q": "火星移民签证"})
    assert MissedSearch.objects.get().by_resident
    lead = browser(Role.SERVICE_LEAD)
    assert "火星移民签证" in lead.get("/knowledge/missed").content.decode()
    lead.post(f"/knowledge/missed/{MissedSearch.objects.get().pk}")
    assert "火星移民签证" not in lead.get("/knowledge/missed").content.decode()


def test_a_program_writes_settles_searches_and_reads(library: Library) -> None:
    cast = library.cast
    scopes = ["knowledge.read", "knowledge.write", "knowledge.review"]

    def key_of(role: Role, held: list[str]) -> dict[str, str]:
        user = cast.user(role, cast.yql)
        _token, secret = create_token(actor=cast.system, at=now(), user=user, name="程序", scopes=held)
        return {"Authorization": f"Bearer {secret}"}

    lead, quality = key_of(Role.SERVICE_LEAD, scopes[:2]), key_of(Role.QUALITY, scopes)
    client = Client()

    def sent(method: str, path: str, body: object, key: dict[str, str]) -> tuple[int, dict[str, object]]:
        ask = getattr(client, method)
        answer = ask(f"/api/v1{path}", body, content_type="application/json", headers=key)
        return answer.status_code, answer.json() if answer.content else {}

    status, drafted = sent("post", "/articles", {"site": "YQL", "kind": "sop", "title": "水景", "steps": "一"}, lead)
    assert status == 201
    path = f"/articles/{drafted['article_id']}"
    moves = f"{path}/versions/1/moves"
    assert sent("put", f"{path}/versions/1", {"title": "水景清洗", "steps": "一\n二"}, lead)[1]["steps"] == ["一", "二"]
    assert sent("post", moves, {"verb": "publish"}, quality)[1]["code"] == "illegal_version_move"
    assert sent("post", moves, {"verb": "submit"}, lead)[0] == 200
    assert sent("post", moves, {"verb": "publish"}, lead)[0] == 404
    assert sent("post", moves, {"verb": "publish"}, quality)[1]["state"] == "published"
    found = client.get("/api/v1/articles", {"site": "YQL", "q": "水景清洗"}, headers=lead).json()
    assert found["items"][0]["title"] == "水景清洗"
    beside = client.get(
        "/api/v1/articles/beside", {"site": "YQL", "category": "elevator", "urgency": "P1"}, headers=lead
    ).json()
    assert beside["first"]["first_minute"]
    assert client.get("/api/v1/articles", {"site": "XH"}, headers=lead).status_code == 404
    assert sent("post", "/articles", {"kind": "sop", "title": "公司的", "steps": "一"}, lead)[0] == 404
