"""The pages of cases."""

import re
from io import BytesIO

import pytest
from django.test import Client
from django.urls import reverse
from python_calamine import CalamineWorkbook

from tests.cases.conftest import Town
from tests.cast import Cast
from zhongshu.cases import actions
from zhongshu.cases.models import Case, FollowUp
from zhongshu.identity.roles import Role
from zhongshu.kernel.clock import now
from zhongshu.work import actions as work
from zhongshu.work.kinds import Urgency


@pytest.fixture
def town(cast: Cast) -> Town:
    """The town as of now: pages read the clock themselves."""
    return Town.build(cast, now())


@pytest.fixture
def as_role(town):
    """`as_role(Role.CALL_TAKER)`: a browser in which that person is signed in."""

    def sign_in(role: Role = Role.CALL_TAKER, site=None) -> Client:
        client = Client()
        client.force_login(town.cast.user(role, site or town.site))
        return client

    return sign_in


def page_of(case: Case) -> str:
    return reverse("cases:case", args=[case.number])


def test_the_list_is_narrowed_by_its_address(town, as_role):
    leak = town.hear()
    town.hear("电梯里困了两个人", place_text="小区东门")
    desk = as_role()
    assert "共 2 条" in desk.get(reverse("cases:cases")).content.decode()
    for query in (
        "urgency=P3",
        "place=1502",
        "category=plumbing",
        "owner=call&place=P2",
        "state=open&place=P2-3",
    ):
        shown = desk.get(f"{reverse('cases:cases')}?{query}").content.decode()
        assert "共 1 条" in shown, query
        assert leak.number in shown
    for query in ("state=closed", "channel=letter", "since=2099-01-01", "until=2001-01-01", "needs_person=on"):
        assert "没有符合条件的报事" in desk.get(f"{reverse('cases:cases')}?{query}").content.decode(), query
    assert desk.get(f"{reverse('cases:cases')}?state=asleep&page=99&since=x").status_code == 200


def test_the_list_as_a_workbook(town, as_role):
    town.hear()
    answer = as_role().get(f"{reverse('cases:cases')}?export=xlsx")
    assert answer.status_code == 200
    assert answer.content.startswith(b"PK")


def test_incidents_and_complaints_as_workbooks_narrowed_like_the_lists(town, as_role):
    lead = as_role(Role.SERVICE_LEAD)
    case = town.hear("门岗保安说话很难听，我要投诉", category="service_attitude")
    incident = actions.open_incident(
        actor=town.actor(Role.SERVICE_LEAD), at=town.at, site=town.site, title="二期停水", category="plumbing",
        notice="正在抢修",
    )  # fmt: skip
    lists = {"cases:incidents?state=open": incident.number, "cases:complaints?unjudged=1": case.number}
    for address, number in lists.items():
        name, _, query = address.partition("?")
        shown = CalamineWorkbook.from_filelike(BytesIO(lead.get(f"{reverse(name)}?{query}&export=xlsx").content))
        (header, line) = shown.get_sheet_by_index(0).to_python()
        assert (header[0], line[0]) == ("单号", number)
        none = lead.get(f"{reverse(name)}?export=xlsx&until=2020-01-01").content
        assert len(CalamineWorkbook.from_filelike(BytesIO(none)).get_sheet_by_index(0).to_python()) == 1


def test_an_empty_list_says_so(town, as_role):
    assert "还没有报事" in as_role().get(reverse("cases:cases")).content.decode()


def test_a_list_costs_as_much_for_many_as_for_one(town, as_role, django_assert_max_num_queries):
    desk = as_role()
    for _ in range(12):
        town.hear()
    desk.get(reverse("cases:cases"))
    with django_assert_max_num_queries(10):
        desk.get(reverse("cases:cases"))


def test_the_question_to_ask_with_one_button_for_each_place(town, as_role):
    case = town.hear(place_text="三栋二单元1502")
    desk = as_role()
    shown = desk.get(page_of(case)).content.decode()
    assert case.place_verdict["question"] in shown
    assert re.findall(r'name="place_code" value="([^"]+)"', shown) == ["P1-3-2-1502", "P2-3-2-1502"]
    answer = desk.post(reverse("cases:place", args=[case.number]), {"place_code": "P1-3-2-1502"}, follow=True)
    assert "位置已更正" in answer.content.decode()
    case.refresh_from_db()
    assert case.place.code == "P1-3-2-1502"


def test_what_was_typed_comes_back_with_what_is_wrong(town, as_role):
    case = town.hear()
    answer = as_role().post(
        reverse("cases:place", args=[case.number]), {"place_code": "P7-7-7-777", "reason": "客户改口了"}
    )
    shown = answer.content.decode()
    assert answer.status_code == 422
    assert 'value="P7-7-7-777"' in shown
    assert 'value="客户改口了"' in shown
    assert "没有编码为" in shown


@pytest.mark.parametrize(
    ("noun", "typed"),
    [
        ("classification", {"category": "weather"}),
        ("notes", {"text": ""}),
        ("handovers", {"to_user_id": "999999", "reason": "x"}),
        ("orders", {"team_kind": "circus"}),
        ("sign_off", {"words": "好"}),
        ("reopening", {"reason": "又坏了"}),
        ("closure", {"words": ""}),
        ("withdrawal", {"reason": ""}),
    ],
)
def test_a_refused_form_changes_nothing(town, as_role, noun, typed):
    case = town.hear()
    answer = as_role(Role.SERVICE_LEAD).post(reverse(f"cases:{noun}", args=[case.number]), typed)
    assert answer.status_code in (409, 422)
    case.refresh_from_db()
    assert (case.state, case.entries.count()) == ("open", 1)


@pytest.mark.parametrize(
    ("noun", "typed", "said"),
    [
        ("classification", {"category": "electrical", "urgency": "P2", "team_kind": "engineering"}, "分类已确认"),
        ("notes", {"text": "下午在家"}, "备注已添加"),
        ("orders", {"team_kind": "environment", "urgency": "P3", "what": "拖地"}, "工单已派出"),
        ("withdrawal", {"reason": "重复"}, "报事已撤销"),
    ],
)
def test_what_one_may_do_on_the_page(town, as_role, noun, typed, said):
    case = town.hear()
    answer = as_role().post(reverse(f"cases:{noun}", args=[case.number]), typed, follow=True)
    assert said in answer.content.decode()


def test_from_done_to_closed_on_the_pages(town, as_role):
    """Handed over, called back about (unhappy), done again, called again, closed, opened again."""
    case = town.hear(urgency=Urgency.P2)
    desk = as_role()
    lead = town.staff[Role.SERVICE_LEAD].user
    typed = {"to_user_id": lead.pk, "reason": "换班"}
    assert "已移交" in desk.post(reverse("cases:handovers", args=[case.number]), typed, follow=True).content.decode()

    town.do_the_work(case, at=now())
    for answer, state in (("not_content", "open"), ("content", "closed")):
        shown = desk.get(reverse("cases:follow_ups")).content.decode()
        assert case.text in shown
        call = FollowUp.objects.get(case=case, done_at__isnull=True)
        desk.post(reverse("cases:attempts", args=[call.pk]), {"answer": answer, "score": "", "from": "list"})
        case.refresh_from_db()
        assert case.state == state
        if state == "open":
            town.do_the_work(case, at=now())
    assert "没有待回访" in desk.get(reverse("cases:follow_ups")).content.decode()
    again = desk.post(reverse("cases:reopening", args=[case.number]), {"reason": "又漏了"}, follow=True)
    assert "重开 2 次" in again.content.decode()


def test_a_call_that_is_already_recorded_says_so_and_keeps_the_words(town, as_role):
    case = town.hear(urgency=Urgency.P2)
    town.do_the_work(case, at=now())
    call = town.call(case)
    first, second = as_role(), as_role(Role.SERVICE_LEAD)
    address = reverse("cases:attempts", args=[call.pk])
    first.post(address, {"answer": "content"})
    answer = second.post(address, {"answer": "unreachable", "words": "没人接", "from": "case"})
    assert answer.status_code in (409, 422)
    case.refresh_from_db()
    assert case.state == "closed"


def test_a_signature_and_a_sign_off(town, as_role):
    lead = as_role(Role.SERVICE_LEAD)
    case = town.hear()
    work.withdraw(actor=town.cast.system, at=now(), order_id=town.order(case).pk, reason="无需处理")
    signed = lead.post(reverse("cases:closure", args=[case.number]), {"words": "已电话说明"}, follow=True)
    assert "签字关闭" in signed.content.decode()
    other = town.hear(urgency=Urgency.P2)
    for move in (work.accept, work.arrive, work.finish):
        move(actor=town.cast.system, at=now(), order_id=town.order(other).pk)
    done = as_role().post(reverse("cases:sign_off", args=[other.number]), {"words": ""}, follow=True)
    assert "已代客户验收" in done.content.decode()


def test_the_calls_as_a_workbook_with_masked_numbers(town, as_role):
    case = town.hear(urgency=Urgency.P2, caller_phone="15400010001")
    town.do_the_work(case, at=now())
    desk = as_role()
    shown = desk.get(reverse("cases:follow_ups")).content.decode()
    assert "154****0001" in shown
    assert "15400010001" not in shown
    assert desk.get(f"{reverse('cases:follow_ups')}?export=xlsx").content.startswith(b"PK")
    assert "没有待回访" in desk.get(f"{reverse('cases:follow_ups')}?overdue=1").content.decode()


def test_it_checks_access(town, as_role):
    case = town.hear()
    stranger, guard, nobody = as_role(Role.SERVICE_LEAD, town.cast.xh), as_role(Role.GUARD), Client()
    assert stranger.get(page_of(case)).status_code == 404
    assert guard.get(page_of(case)).status_code == 404
    assert guard.get(reverse("cases:follow_ups")).status_code == 404
    assert nobody.get(page_of(case)).status_code == 302
    for noun in ("place", "notes", "withdrawal", "reopening", "closure", "orders", "handovers", "sign_off"):
        address = reverse(f"cases:{noun}", args=[case.number])
        assert stranger.post(address, {"reason": "x", "place_code": "P1"}).status_code == 404
        assert stranger.get(address).status_code == 405
        assert nobody.post(address).status_code == 302
    technician = as_role(Role.TECHNICIAN)
    assert technician.get(page_of(case)).status_code == 200
    assert technician.post(reverse("cases:withdrawal", args=[case.number]), {"reason": "x"}).status_code == 404
    case.refresh_from_db()
    assert (case.state, case.entries.count()) == ("open", 1)


def test_a_number_that_is_none(town, as_role):
    for number, status in {"BS-HT-0": 404, "x" * 300: 404, "%00": 400}.items():
        assert as_role().get(f"/cases/{number}").status_code == status
