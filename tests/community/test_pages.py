"""The pages of visits and surveys, as a keeper, a lead and a customer use them."""

from django.test import Client

from tests.cases.conftest import Town
from zhongshu.community import actions
from zhongshu.community.kinds import Question
from zhongshu.community.models import Answer, DrawnVisit, Invitation, Visit, VisitDraw
from zhongshu.community.policies.quarters import quarter_of
from zhongshu.identity.roles import Role
from zhongshu.kernel.clock import day_of, now
from zhongshu.messaging.models import CustomerNotice


def browser(town: Town, role: Role) -> Client:
    client = Client()
    client.force_login(town.cast.user(role, town.site))
    session = client.session
    session["site_id"] = town.site.pk
    session.save()
    return client


def planned(town: Town) -> DrawnVisit:
    """A visit that is due today."""
    today, keeper = day_of(now()), town.staff[Role.KEEPER].user
    account = town.place("P1-3-2-1501").accounts.get()
    draw = VisitDraw.objects.create(
        site=town.site, keeper=keeper, quarter=quarter_of(today), month=today.replace(day=1), seed="7", population=1,
        count=1, candidates=[[account.pk, "P1-3", False]], drawn_at=now(),
    )  # fmt: skip
    return DrawnVisit.objects.create(
        site=town.site, draw=draw, keeper=keeper, account=account, quarter=draw.quarter, planned_on=today
    )


def test_a_keeper_finds_whom_to_visit_and_records_it(lane: Town) -> None:
    drawn, keeper = planned(lane), browser(lane, Role.KEEPER)
    assert drawn.account.unit.label in keeper.get("/community/visits").content.decode()
    there = f"/community/visits/accounts/{drawn.account_id}"
    refused = keeper.post(there, {"manner": "door", "words": "楼道灯坏了"})
    assert (refused.status_code, "楼道灯坏了" in refused.content.decode(), Visit.objects.count()) == (422, True, 0)
    said = {"manner": "door", "mood": "content", "words": "都好", "on": day_of(now()).isoformat()}
    assert keeper.post(there, said).status_code == 302
    assert drawn.account.unit.label not in keeper.get("/community/visits").content.decode()
    lead = browser(lane, Role.SERVICE_LEAD)
    assert "33.3%" in lead.get("/community/visits/coverage").content.decode()
    assert "结果一致" in lead.get(f"/community/visits/draws/{drawn.draw_id}").content.decode()


def test_a_customer_answers_by_the_link_and_a_keeper_reads_the_problem(lane: Town) -> None:
    lead, keeper, stranger = browser(lane, Role.SERVICE_LEAD), browser(lane, Role.KEEPER), Client()
    assert lead.post("/community/surveys").status_code == 302
    assert lead.post("/community/surveys").status_code == 302  # once is enough
    notice = CustomerNotice.objects.filter(kind="survey").earliest("pk")
    link = "/" + notice.body.split("/", 3)[3]
    page = stranger.get(link).content.decode()
    assert "业主" not in page
    assert "1501" not in page
    marks = {question.value: 5 for question in Question} | {"cleaning": 1}
    refused = stranger.post(link, {"keeper": 5, "problem": "电梯里总有垃圾"})
    assert (refused.status_code, "电梯里总有垃圾" in refused.content.decode()) == (422, True)
    assert "已经收到" in stranger.post(link, marks | {"problem": "电梯里总有垃圾"}).content.decode()
    again = stranger.post(link, marks)
    assert (again.status_code, "已经答过" in again.content.decode(), Answer.objects.count()) == (409, True, 1)
    assert stranger.get("/community/q/" + "x" * 32).status_code == 404
    quarter = quarter_of(day_of(now())).isoformat()
    assert "电梯里总有垃圾" in keeper.get(f"/community/surveys/{quarter}").content.decode()


def test_paper_is_typed_in_by_the_desk(lane: Town) -> None:
    actions.send_survey(actor=lane.actor(Role.SERVICE_LEAD), at=now(), site=lane.site, home="")
    assert not CustomerNotice.objects.filter(kind="survey").exists()  # no address to put into a message
    desk, quarter = browser(lane, Role.CALL_TAKER), quarter_of(day_of(now())).isoformat()
    asked = Invitation.objects.get(account__unit__code="P1-3-2-1501")
    papers = f"/community/surveys/{quarter}/paper"
    assert asked.account.unit.label in desk.get(papers, {"q": "1501"}).content.decode()
    marks = {question.value: 4 for question in Question}
    assert desk.post(f"/community/surveys/paper/{asked.pk}", marks).status_code == 302
    assert asked.answer.typed_by == lane.cast.user(Role.CALL_TAKER, lane.site)
    assert desk.post(f"/community/surveys/paper/{asked.pk}", marks).status_code == 422
    assert browser(lane, Role.GUARD).get(papers).status_code == 404


def test_programs_record_visits_and_read_coverage(lane: Town) -> None:
    keeper = browser(lane, Role.KEEPER)
    account = lane.place("P1-3-2-1501").accounts.get()
    from zhongshu.identity.actions import create_token

    _token, secret = create_token(
        actor=lane.cast.system, at=now(), user=lane.cast.user(Role.KEEPER, lane.site), name="t",
        scopes=["community.view", "community.record_visits"],
    )  # fmt: skip
    headers = {"Authorization": f"Bearer {secret}", "Idempotency-Key": "1"}
    made = keeper.post(
        f"/api/v1/community/accounts/{account.number}/visits", {"manner": "door", "mood": "mixed"},
        content_type="application/json", headers=headers,
    )  # fmt: skip
    assert made.status_code == 201, made.content
    (row,) = keeper.get(f"/api/v1/community/coverage/{lane.site.code}", headers=headers).json()["keepers"]
    assert (row["accounts"], row["visited"], row["percent"]) == (3, 1, 33.3)
