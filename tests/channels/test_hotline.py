"""Order sheets of the 12345 hotline, from the transfer to what the caller said of us."""

from datetime import timedelta
from io import BytesIO

import pytest

from tests.cast import LONG_AGO
from tests.channels.conftest import Exchange, Town
from zhongshu.cases.lifecycle import CaseState, Channel
from zhongshu.cases.models import Case
from zhongshu.channels import actions, batch
from zhongshu.channels.errors import AlreadyDone, IllegalSheetMove, OwnReply
from zhongshu.channels.importing import HOTLINE_WORKBOOK
from zhongshu.channels.kinds import Grounds, HotlineKind, HotlineState, Ruling, Satisfaction
from zhongshu.channels.models import HotlineAlert, HotlineSheet
from zhongshu.estate.actions.imports import take_workbook
from zhongshu.identity.actor import Actor
from zhongshu.identity.models import AuditEntry, RoleGrant, Site
from zhongshu.identity.roles import Role
from zhongshu.kernel.errors import Invalid, NotFound
from zhongshu.messaging.models import Message
from zhongshu.web.excel import Sheet, workbook

pytestmark = pytest.mark.django_db
TEXT = "市民反映二期3栋2单元电梯多次故障，要求尽快维修"


class Hotline:
    def __init__(self, town: Town) -> None:
        self.town = town
        self.taker, self.manager = town.actor(Role.CALL_TAKER), town.cast.actor(Role.SITE_MANAGER, town.site)
        self.sheet = self.receive().sheet

    def receive(self, text: str = TEXT, **more) -> actions.Received:
        news = {"number": "HF20261104001", "kind": HotlineKind.COMPLAINT, "caller_phone": "13900002222"} | more
        sheet = actions.SheetNews(text=text, **news)
        return actions.receive_sheet(actor=self.taker, at=self.town.at, site=self.town.site, news=sheet)

    def do(self, act, *, hours: int = 1, actor: Actor | None = None, **said):
        at = self.town.at + timedelta(hours=hours)
        return act(actor=actor or self.taker, at=at, sheet_id=self.sheet.pk, **said)

    def reply(self) -> None:
        self.do(actions.sign_sheet)
        self.do(actions.record_contact, words="来电人希望两天内修好")
        self.do(actions.write_reply, text="电梯已于当日修复。")

    def answer(self) -> None:
        self.reply()
        self.do(actions.rule_on_reply, actor=self.manager, is_approved=True)

    @property
    def now(self) -> HotlineSheet:
        return HotlineSheet.objects.get(pk=self.sheet.pk)


@pytest.fixture
def hotline(town: Town) -> Hotline:
    return Hotline(town)


def test_a_sheet_becomes_a_case_with_the_hotlines_clock(hotline: Hotline, later) -> None:
    sheet = hotline.sheet
    assert (sheet.case.channel, sheet.state) == (Channel.HOTLINE_12345, HotlineState.RECEIVED)
    assert sheet.case.owner_id == hotline.taker.user_id
    assert sheet.sign_due_at == later(hours=2)
    assert sheet.contact_due_at == later(hours=24)
    assert sheet.alerts.count() == 9


def test_the_same_sheet_does_nothing_and_a_new_text_is_a_repeat(hotline: Hotline) -> None:
    again = hotline.receive()
    assert (again.is_new, again.is_repeat, Case.objects.count()) == (False, False, 1)
    pressed = hotline.receive("市民再次来电，电梯仍未修好")
    assert (pressed.is_repeat, pressed.sheet.repeats) == (True, 1)
    assert hotline.receive("市民再次来电，电梯仍未修好").is_repeat is False
    assert Message.objects.filter(kind="hotline_pressed").count() == 2  # owner and manager


def test_answered_with_the_managers_approval_and_closed(hotline: Hotline, later) -> None:
    with pytest.raises(IllegalSheetMove):
        hotline.do(actions.write_reply, text="已处理")
    hotline.do(actions.sign_sheet)
    with pytest.raises(IllegalSheetMove):
        hotline.do(actions.sign_sheet)
    with pytest.raises(IllegalSheetMove, match="联系"):
        hotline.do(actions.write_reply, text="已处理")
    hotline.do(actions.record_contact, words="来电人希望两天内修好")
    hotline.do(actions.write_reply, text="电梯已修。")
    with pytest.raises(AlreadyDone):
        hotline.do(actions.write_reply, text="电梯已修好。")
    with pytest.raises(NotFound):
        hotline.do(actions.rule_on_reply, is_approved=True)
    with pytest.raises(Invalid):
        hotline.do(actions.rule_on_reply, actor=hotline.manager, is_approved=False)
    hotline.do(actions.rule_on_reply, actor=hotline.manager, is_approved=False, words="写清修复时间")
    assert hotline.now.state == HotlineState.SIGNED
    hotline.do(actions.write_reply, text="电梯已于11月4日15时修复。")
    hotline.do(actions.rule_on_reply, actor=hotline.manager, is_approved=True, hours=3)
    assert (hotline.now.state, hotline.now.replied_at) == (HotlineState.REPLIED, later(hours=3))
    hotline.do(actions.record_result, satisfaction=Satisfaction.SATISFIED, is_solved=True, hours=30)
    assert (hotline.now.state, hotline.now.satisfaction) == (HotlineState.CLOSED, Satisfaction.SATISFIED)
    # Nothing that was done in time is alerted any more, however late the tick; what was overdue meanwhile is.
    assert batch.tick(at=later(days=30))["hotline_alerts"] == 1


def test_nobody_approves_their_own_reply_except_on_a_small_site(hotline: Hotline) -> None:
    hotline.do(actions.sign_sheet)
    hotline.do(actions.record_contact, words="已致电")
    hotline.do(actions.write_reply, actor=hotline.manager, text="电梯已修。")
    with pytest.raises(OwnReply):
        hotline.do(actions.rule_on_reply, actor=hotline.manager, is_approved=True)
    Site.objects.filter(pk=hotline.town.site.pk).update(operating_model="small")
    grant = RoleGrant.objects.create(
        user=hotline.town.staff[Role.QUALITY].user, role=Role.SITE_MANAGER, site=hotline.town.site, starts_on=LONG_AGO
    )
    with pytest.raises(OwnReply):  # there is somebody else
        hotline.do(actions.rule_on_reply, actor=hotline.manager, is_approved=True)
    grant.delete()
    hotline.do(actions.rule_on_reply, actor=hotline.manager, is_approved=True)
    assert hotline.now.state == HotlineState.REPLIED
    assert "同一人" in AuditEntry.objects.get(verb="channels.approve_reply").after["alone"]


def test_an_objection_that_is_accepted_returns_the_sheet(hotline: Hotline, later) -> None:
    hotline.do(actions.object_to_sheet, grounds=Grounds.NOT_OURS, words="电梯由轨道公司管理")
    with pytest.raises(AlreadyDone):
        hotline.do(actions.object_to_sheet, grounds=Grounds.NOT_OURS, words="电梯由轨道公司管理")
    hotline.do(actions.rule_on_objection, ruling=Ruling.ACCEPTED, words="改派轨道公司")
    sheet = hotline.now
    assert (sheet.state, sheet.case.state) == (HotlineState.RETURNED, CaseState.WITHDRAWN)
    assert batch.tick(at=later(days=30))["hotline_alerts"] == 1  # half of the time to sign had gone by
    with pytest.raises(IllegalSheetMove):
        hotline.do(actions.sign_sheet)


def test_an_objection_that_is_refused_changes_nothing(hotline: Hotline) -> None:
    with pytest.raises(IllegalSheetMove):
        hotline.do(actions.rule_on_objection, ruling=Ruling.REFUSED)
    hotline.do(actions.object_to_sheet, grounds=Grounds.UNTRUE, words="电梯一直正常")
    hotline.do(actions.rule_on_objection, ruling=Ruling.REFUSED, words="请继续办理")
    assert hotline.now.state == HotlineState.RECEIVED
    assert Message.objects.filter(kind="hotline_ruling", recipient_id=hotline.taker.user_id).exists()
    hotline.do(actions.object_to_sheet, grounds=Grounds.UNTRUE, words="补充证据：维保记录")


def test_what_was_not_solved_is_done_again_with_a_new_clock(hotline: Hotline, later) -> None:
    with pytest.raises(IllegalSheetMove):
        hotline.do(actions.record_result, satisfaction=Satisfaction.SATISFIED, is_solved=True)
    hotline.answer()
    hotline.do(actions.record_result, satisfaction=Satisfaction.DISSATISFIED, is_solved=False, hours=24)
    sheet = hotline.now
    assert (sheet.state, sheet.replied_at, sheet.reply_due_at > later(days=5)) == (HotlineState.SIGNED, None, True)
    assert sheet.alerts.filter(fired_at=None, cancelled_at=None, due_at__gt=later(hours=24)).count() == 6


def test_owner_and_manager_are_alerted_at_each_share_once(hotline: Hotline, later) -> None:
    assert batch.tick(at=later(minutes=59))["hotline_alerts"] == 0
    assert batch.tick(at=later(minutes=60))["hotline_alerts"] == 1
    assert batch.tick(at=later(minutes=120))["hotline_alerts"] == 2
    assert batch.tick(at=later(minutes=120))["hotline_alerts"] == 0
    told = Message.objects.filter(kind="hotline_due")
    assert set(told.values_list("recipient_id", flat=True)) == {hotline.taker.user_id, hotline.manager.user_id}
    assert told.count() == 6
    assert HotlineAlert.objects.filter(fired_at__isnull=False).count() == 3


def test_the_sheets_of_another_site_do_not_exist(hotline: Hotline) -> None:
    stranger = hotline.town.cast.actor(Role.SERVICE_LEAD, hotline.town.cast.yql)
    for act, said in ((actions.sign_sheet, {}), (actions.record_contact, {"words": "喂"})):
        with pytest.raises(NotFound):
            hotline.do(act, actor=stranger, **said)
    assert hotline.now.state == HotlineState.RECEIVED


ROWS = [
    ["HF1", "张先生", "13900003333", "小区门口垃圾没人清", "东门", "2026-11-03 10:00", "2026-11-10", "投诉举报"],
    ["HF2", "", "保密", "咨询物业费标准", "", "", "", "咨询类"],
]


def sent(rows: list[list[str]], header: list[str] | None = None) -> bytes:
    usual = ["受理编号", "诉求人", "联系电话", "问题描述", "事发地址", "派单时间", "办结时限", "诉求类型"]
    return workbook([Sheet("转办单", header or usual, rows)])


def take(exchange: Exchange, content: bytes):
    town = exchange.town
    return take_workbook(actor=exchange.taker, at=town.at, site=town.site, kind=HOTLINE_WORKBOOK, content=content)


def test_a_workbook_of_sheets_is_taken_whatever_its_columns_are_called(exchange: Exchange) -> None:
    taken = take(exchange, sent(ROWS))
    assert taken.report.as_json()["counts"] == {"sheet": {"created": 2, "updated": 0, "unchanged": 0}}
    first, second = HotlineSheet.objects.order_by("number")
    assert (first.kind, first.case.caller_phone, first.case.place_text) == ("complaint", "13900003333", "东门")
    assert first.reply_due_at.isoformat() == "2026-11-10T10:00:00+00:00"
    assert (second.kind, second.case.caller_phone) == ("enquiry", "")
    again = take(exchange, sent(ROWS)).report
    assert (again.total("unchanged"), HotlineSheet.objects.count()) == (2, 2)
    pressed = take(exchange, sent([[*ROWS[0][:3], "垃圾还是没人清", *ROWS[0][4:]]])).report
    assert (pressed.total("updated"), HotlineSheet.objects.get(number="HF1").repeats) == (1, 1)


def test_a_workbook_with_a_mistake_is_not_taken_at_all(exchange: Exchange) -> None:
    taken = take(exchange, sent([ROWS[0], ["HF3", "", "", "", "", "", "明天", ""]]))
    assert not taken.is_taken
    assert {finding.column for finding in taken.report.errors} == {"问题描述", "办结时限"}
    assert BytesIO(taken.errors or b"").read(2) == b"PK"
    assert not HotlineSheet.objects.exists()
