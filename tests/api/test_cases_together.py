"""Cases that belong together, complaints, referrals and call-backs over the API."""

from zhongshu.cases.lifecycle import CaseState
from zhongshu.cases.models import Case
from zhongshu.identity.roles import Role
from zhongshu.kernel.clock import day_of

TWO = "家里马桶堵了，水下不去。另外小区东门的门禁坏了，刷卡没反应"
SAID = {"site": "HT", "place_text": "二期3栋2单元1502", "channel": "telephone"}


def test_two_matters_are_two_linked_cases(town, program):
    caller = program()
    told = caller.post("/cases", SAID | {"text": TWO}).json()
    (other,) = told["linked"]
    assert {told["case"]["category"], other["case"]["category"]} == {"plumbing", "access_control"}
    first, second = told["case"]["number"], other["case"]["number"]
    assert caller.get(f"/cases/{first}").json()["linked"] == [second]
    assert caller.get(f"/cases/{second}").json()["linked"] == [first]
    assert caller.post("/cases", SAID | {"text": TWO, "is_one": True}).json()["linked"] == []
    split = caller.post(f"/cases/{first}/matters", {"text": "草坪有个坑"}).json()
    assert sorted(split["linked"]) == sorted([first, second])


def test_asked_again_it_counts(town, program):
    case = town.hear(category="plumbing")
    answer = program().post(f"/cases/{case.number}/further-calls", {"text": "还没来人", "channel": "telephone"})
    assert (answer.status_code, answer.json()["further_calls"]) == (201, 1)


def test_an_incident_from_proposal_to_the_last_answer(town, program):
    dark = {"category": "electrical", "urgency": "P3"}
    one, two = town.hear("停电", **dark), town.hear("停电", place_text="二期3栋2单元1501", **dark)
    caller = program()
    (proposal,) = caller.get("/incident-proposals?site=HT").json()
    assert (proposal["place"], set(proposal["cases"])) == ("P2-3-2", {one.number, two.number})
    opened = caller.post(
        "/incidents",
        {"site": "HT", "title": "停电", "category": "electrical", "place_code": "P2-3-2", "cases": proposal["cases"]},
    )
    assert opened.status_code == 201, opened.content
    number = opened.json()["number"]
    again = caller.post("/incidents", {"site": "HT", "title": "停电", "category": "electrical", "cases": [one.number]})
    assert (again.status_code, again.json()["code"]) == (409, "already_grouped")
    reported = caller.post(f"/incidents/{number}/reports", {"text": "我家也停电"}).json()
    assert reported["incident"] == number
    assert caller.post(f"/cases/{two.number}/splitting", {"reason": "自家跳闸"}).json()["incident"] is None
    over = caller.post(f"/incidents/{number}/restoration", {"text": "已恢复供电"}).json()
    assert {case["number"]: case["is_answered"] for case in over["cases"]} == {
        one.number: False,
        reported["number"]: False,
    }
    for case in over["cases"]:
        assert caller.post(f"/cases/{case['number']}/incident-answer", {"words": "已告知"}).status_code == 200
    assert caller.get(f"/incidents/{number}").json()["state"] == "closed"
    late = caller.post(f"/incidents/{number}/reports", {"text": "我家也停电"})
    assert (late.status_code, late.json()["code"]) == (409, "incident_over")
    assert caller.get("/incidents?site=HT&state=closed").json()["items"][0]["number"] == number


def test_a_complaint_is_judged_in_its_band_and_revised_by_quality(town, program):
    case = town.hear("保安骂人", category="service_attitude")
    lead, quality = program(), program(Role.QUALITY)
    ruling = {"severity": "ordinary", "points": -12, "criteria": ["curt"], "note": "属实"}
    refused = lead.post(f"/cases/{case.number}/judgements", ruling)
    assert (refused.status_code, refused.json()["code"]) == (422, "points_out_of_band")
    assert "-2 … -5" in refused.json()["detail"]
    judged = lead.post(f"/cases/{case.number}/judgements", ruling | {"points": -3})
    assert (judged.status_code, judged.json()["lines"][0]["role"]) == (201, "keeper")
    assert lead.post(f"/cases/{case.number}/judgement-revisions", ruling | {"points": -5}).status_code == 404
    revised = quality.post(f"/cases/{case.number}/judgement-revisions", ruling | {"points": -5}).json()
    assert [each["points"] for each in revised["judgements"]] == [-3, 3, -5]
    assert lead.get("/complaints?site=HT&severity=ordinary").json()["items"][0]["case"] == case.number
    assert lead.get("/complaints?site=HT&unjudged=true").json()["items"] == []


def test_a_referral_and_its_check_back(town, program):
    case = town.hear("被诈骗了怎么办", category="out_of_scope", urgency="P3")
    caller = program()
    sent = caller.post(f"/cases/{case.number}/referrals", {"body_code": "anti_fraud", "spoke_to": "李警官"})
    assert (sent.status_code, sent.json()["number_given"]) == (201, "96110")
    (due,) = caller.get("/check-backs?site=HT").json()["items"]
    path = f"/check-backs/{due['id']}/outcome"
    assert caller.post(path, {"outcome": "helped", "words": "已止付"}).json()["outcome"] == "helped"
    assert caller.post(path, {"outcome": "helped"}).json()["code"] == "already_settled"
    body = {"site": "HT", "name": "禾塘燃气", "phone": "0571-1234567", "covers": "燃气"}
    assert caller.send("PUT", "/referral-bodies/gas_company", body).json()["phone"] == "0571-1234567"
    listed = {each["code"]: each["phone"] for each in caller.get("/referral-bodies?site=HT").json()}
    assert (listed["gas_company"], listed["police"]) == ("0571-1234567", "110")


def test_rain_and_how_call_backs_went(town, program):
    caller = program()
    today = day_of(town.at).isoformat()
    for _ in range(2):
        assert caller.post("/rain-days", {"site": "HT", "on": today, "millimetres": "3.5"}).status_code == 201
    assert caller.get("/rain-days?site=HT").json() == [{"on": today, "millimetres": "3.5"}]
    assert caller.get("/follow-up-figures?site=HT").json()["reply_rate"] is None
    case = town.hear("外墙渗水", category="building_fabric", urgency="P2", follow_hazard=False)
    town.do_the_work(case)
    call = caller.get("/follow-ups?site=HT").json()["items"][0]["id"]
    caller.post(f"/follow-ups/{call}/attempts", {"answer": "content", "score": 4})
    case.refresh_from_db()
    assert case.state == CaseState.CLOSED
    figures = caller.get("/follow-up-figures?site=HT").json()
    assert (figures["made"], figures["reply_rate"], figures["satisfaction"], figures["average_score"]) == (1, 1, 1, 4)


def test_the_resident_reports_two_matters_and_complains(town, program):
    home = town.move_in("P2-3-2-1502")
    user = town.cast.user(Role.RESIDENT, town.site)
    home.customer.user = user
    home.customer.save()
    me = program(Role.RESIDENT)
    told = me.post("/resident/matters", {"account": home.number, "text": TWO}).json()
    assert [each.place.code for each in Case.objects.order_by("pk")] == ["P2-3-2-1502", "PUB-GATE-E"]
    (other,) = told["linked"]
    urged = me.post(f"/resident/matters/{other}/further-calls", {"text": "还没修"})
    assert (urged.status_code, Case.objects.get(number=other).further_call_count) == (201, 1)
    upset = me.post("/resident/matters", {"account": home.number, "text": "电话没人接", "is_complaint": True}).json()
    assert Case.objects.get(number=upset["number"]).complaint.kind == "complaint"
