"""Order sheets of the 12345 hotline: in, signed for, answered, objected to, and what the hotline said of us."""

from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from django.db import transaction
from django.utils.translation import gettext as _

from zhongshu.cases.actions import add_note, open_case, reopen_case, withdraw_case
from zhongshu.cases.errors import IllegalCaseMove
from zhongshu.cases.lifecycle import CaseState, Channel
from zhongshu.channels.actions._parts import one_at_a_time, short, stated
from zhongshu.channels.engine.telling import holders, tell_about, tell_owner_and_manager
from zhongshu.channels.errors import AlreadyDone, IllegalSheetMove, OwnReply
from zhongshu.channels.events import SheetMoved
from zhongshu.channels.kinds import (
    HOTLINE_STATE_LABELS,
    RULING_LABELS,
    SATISFACTION_LABELS,
    Grounds,
    HotlineKind,
    HotlineStage,
    HotlineState,
    Ruling,
    Satisfaction,
)
from zhongshu.channels.models import HotlineAlert, HotlineObjection, HotlineRepeat, HotlineReply, HotlineSheet
from zhongshu.channels.permissions import APPROVE_HOTLINE, HOTLINE
from zhongshu.channels.policies.hotline import MOVES, PERCENTS, alert_at, deadlines, workdays_on
from zhongshu.channels.queries.hotline import RUNNING, approves_alone, sheet_seen
from zhongshu.channels.queries.limits import limits_of
from zhongshu.identity import audit
from zhongshu.identity.actor import Actor
from zhongshu.identity.models import Site
from zhongshu.identity.roles import Role
from zhongshu.kernel.clock import day_of
from zhongshu.kernel.errors import Invalid
from zhongshu.kernel.outbox import publish
from zhongshu.work.permissions import vouched

REPLY_LENGTH = 4000
AGAIN_DAYS = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetNews:
    """An order sheet as it comes. Without `reply_due_at` the usual working days count."""

    number: str
    text: str
    kind: HotlineKind = HotlineKind.OTHER
    caller_name: str = ""
    caller_phone: str = ""
    address: str = ""
    transferred_at: datetime | None = None
    reply_due_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Received:
    """The sheet; whether it is new, or known with another text (催办). Neither: nothing happened."""

    sheet: HotlineSheet
    is_new: bool
    is_repeat: bool = False


@transaction.atomic
def receive_sheet(*, actor: Actor, at: datetime, site: Site, news: SheetNews) -> Received:
    """A sheet becomes a case with the hotline's clock; the same sheet again nothing; with a new text, a repeat.

    Raises NotFound, Invalid.
    """
    actor.require(HOTLINE, site.pk)
    number = stated(news.number, field="number", most=40, what=_("工单编号"))
    text = stated(news.text, field="text", most=4000, what=_("诉求内容"))
    one_at_a_time("channels.sheet", site.pk, number)
    known = HotlineSheet.objects.select_for_update(of=("self",)).select_related("case").filter(site=site, number=number)
    sheet = known.first()
    if sheet is None:
        return Received(_take_in(actor, site, news, number, text, at=at), is_new=True)
    return Received(sheet, is_new=False, is_repeat=_press(actor, sheet, text, at=at))


def _take_in(actor: Actor, site: Site, news: SheetNews, number: str, text: str, *, at: datetime) -> HotlineSheet:
    started_at = min(news.transferred_at or at, at)
    due = deadlines(
        kind=news.kind,
        started_at=started_at,
        reply_due_at=news.reply_due_at,
        limits=limits_of(site.pk, day_of(at)),
    )
    case = open_case(
        actor=vouched(actor),
        at=at,
        site=site,
        text=text,
        channel=Channel.HOTLINE_12345,
        place_text=news.address,
        caller_name=news.caller_name,
        caller_phone=news.caller_phone,
    ).case
    sheet = HotlineSheet.objects.create(
        site=site,
        number=number,
        kind=news.kind,
        state=HotlineState.RECEIVED,
        case=case,
        transferred_at=started_at,
        received_at=at,
        sign_due_at=due.sign_at,
        contact_due_at=due.contact_at,
        reply_due_at=due.reply_at,
    )
    _write_alerts(sheet, {HotlineStage.SIGN: due.sign_at, HotlineStage.CONTACT: due.contact_at}, started_at)
    _write_alerts(sheet, {HotlineStage.REPLY: due.reply_at}, started_at)
    after = {"number": number, "case": case.number, "reply_due_at": due.reply_at}
    audit.record(actor=actor, at=at, verb="channels.receive_sheet", target=sheet, after=after)
    _publish(sheet, "", at=at)
    return sheet


def _write_alerts(sheet: HotlineSheet, due: dict[HotlineStage, datetime], started_at: datetime) -> None:
    HotlineAlert.objects.bulk_create(
        HotlineAlert(
            sheet=sheet,
            stage=stage,
            percent=percent,
            due_at=alert_at(stage, percent, started_at=started_at, due_at=due_at),
        )
        for stage, due_at in due.items()
        for percent in PERCENTS
    )


def _press(actor: Actor, sheet: HotlineSheet, text: str, *, at: datetime) -> bool:
    """Whether this is a text that was not there yet."""
    digest = sha256(text.encode()).hexdigest()
    if text == sheet.case.text or sheet.pressed.filter(digest=digest).exists():
        return False
    HotlineRepeat.objects.create(sheet=sheet, text=text, digest=digest, at=at)
    sheet.repeats += 1
    sheet.save(update_fields=["repeats"])
    _note(actor, sheet, f"第 {sheet.repeats} 次催办：{text}", at=at)  # matter
    audit.record(actor=actor, at=at, verb="channels.press_sheet", target=sheet, after={"repeats": sheet.repeats})
    title = _("12345 催办：%(number)s") % {"number": sheet.number}
    tell_owner_and_manager(
        sheet.case, kind="hotline_pressed", title=title, body=text, key=f"pressed:{sheet.repeats}", at=at
    )
    return True


@transaction.atomic
def sign_sheet(*, actor: Actor, at: datetime, sheet_id: int) -> HotlineSheet:
    """We have it. Raises NotFound, IllegalSheetMove."""
    sheet = _locked(actor, sheet_id)
    _require_state(sheet, HotlineState.RECEIVED)
    sheet.signed_at = at
    _move(actor, sheet, HotlineState.SIGNED, verb="sign_sheet", at=at)
    _call_off(sheet, HotlineStage.SIGN, at=at)
    return sheet


@transaction.atomic
def record_contact(*, actor: Actor, at: datetime, sheet_id: int, words: str) -> HotlineSheet:
    """The caller was contacted: what they said. The first time counts for the clock. Raises as `sign_sheet`."""
    sheet = _locked(actor, sheet_id)
    _require_state(sheet, *RUNNING)
    words = stated(words, field="words", most=500, what=_("联系情况"))
    if sheet.contacted_at is None:
        sheet.contacted_at = at
        sheet.save(update_fields=["contacted_at"])
        _call_off(sheet, HotlineStage.CONTACT, at=at)
    _note(actor, sheet, f"已联系来电人：{words}", at=at)  # matter
    audit.record(actor=actor, at=at, verb="channels.record_contact", target=sheet, after={"at": at})
    return sheet


@transaction.atomic
def write_reply(*, actor: Actor, at: datetime, sheet_id: int, text: str) -> HotlineReply:
    """A reply for the hotline, to be approved by the manager, who is told.

    Raises NotFound, IllegalSheetMove (not signed for, or a caller with a number not contacted), AlreadyDone, Invalid.
    """
    sheet = _locked(actor, sheet_id)
    _require_state(sheet, HotlineState.SIGNED)
    if sheet.contacted_at is None and sheet.case.number_to_call:
        raise IllegalSheetMove(_("请先联系来电人并登记联系情况。"), field="text")
    if sheet.replies.filter(ruled_at__isnull=True).exists():
        raise AlreadyDone(_("已有一份回复在等待审批。"), field="text")
    text = stated(text, field="text", most=REPLY_LENGTH, what=_("回复内容"))
    reply = HotlineReply.objects.create(sheet=sheet, text=text, at=at, by_id=actor.user_id)
    audit.record(actor=actor, at=at, verb="channels.write_reply", target=sheet, after={"reply_id": reply.pk})
    title = _("12345 工单 %(number)s 的回复待审批") % {"number": sheet.number}
    _tell_managers(sheet, title, text, key=f"reply:{reply.pk}", at=at)
    return reply


@transaction.atomic
def rule_on_reply(*, actor: Actor, at: datetime, sheet_id: int, is_approved: bool, words: str = "") -> HotlineReply:
    """The manager approves the waiting reply, which answers the sheet; or gives it back with a reason.

    Nobody approves their own, except on a small site where nobody else may: one person writes and signs, which the
    audit says.
    Raises NotFound, IllegalSheetMove, OwnReply, Invalid.
    """
    sheet = _locked(actor, sheet_id)
    actor.require(APPROVE_HOTLINE, sheet.site_id)
    _require_state(sheet, HotlineState.SIGNED)
    reply = sheet.replies.filter(ruled_at__isnull=True).first()
    if reply is None:
        raise IllegalSheetMove(_("没有等待审批的回复。"))
    _check_ruling(actor, sheet, reply, is_approved, words, at=at)
    reply.is_approved, reply.words = is_approved, short(words, field="words", most=500, what=_("审批意见"))
    reply.ruled_at, reply.ruled_by_id = at, actor.user_id
    reply.save()
    if is_approved:
        _answer(actor, sheet, reply, at=at)
    else:
        _give_back(actor, sheet, reply, at=at)
    return reply


def _check_ruling(
    actor: Actor, sheet: HotlineSheet, reply: HotlineReply, is_approved: bool, words: str, *, at: datetime
) -> None:
    is_own = actor.user_id is not None and reply.by_id == actor.user_id
    if is_approved and is_own and not approves_alone(sheet, reply, at=at):
        raise OwnReply(_("回复要由另一位负责人审批。"))
    if not is_approved and not words.strip():
        raise Invalid(_("请写明退回修改的原因。"), field="words")


def _answer(actor: Actor, sheet: HotlineSheet, reply: HotlineReply, *, at: datetime) -> None:
    sheet.replied_at = at
    is_own = actor.user_id is not None and reply.by_id == actor.user_id
    alone = {"alone": _("同一人拟写并审批，小型项目允许")} if is_own else {}
    _move(actor, sheet, HotlineState.REPLIED, verb="approve_reply", at=at, **alone)
    _call_off(sheet, HotlineStage.REPLY, at=at)
    _note(actor, sheet, f"已回复 12345：{reply.text}", at=at)  # matter


def _give_back(actor: Actor, sheet: HotlineSheet, reply: HotlineReply, *, at: datetime) -> None:
    audit.record(actor=actor, at=at, verb="channels.refuse_reply", target=sheet, after={"reply_id": reply.pk})
    if reply.by_id is not None:
        title = _("12345 工单 %(number)s 的回复被退回修改") % {"number": sheet.number}
        key = f"reply_refused:{reply.pk}"
        tell_about(sheet.case, [reply.by_id], kind="hotline_reply", title=title, body=reply.words, key=key, at=at)


@transaction.atomic
def object_to_sheet(*, actor: Actor, at: datetime, sheet_id: int, grounds: Grounds, words: str) -> HotlineObjection:
    """We ask the hotline to take the sheet back; the clock goes on until it rules.

    Raises NotFound, IllegalSheetMove, AlreadyDone, Invalid.
    """
    sheet = _locked(actor, sheet_id)
    _require_state(sheet, *RUNNING)
    words = stated(words, field="words", most=1000, what=_("申诉理由"))
    if sheet.objections.filter(ruled_at__isnull=True).exists():
        raise AlreadyDone(_("已有一份申诉在等待裁定。"), field="words")
    objection = HotlineObjection.objects.create(sheet=sheet, grounds=grounds, words=words, at=at, by_id=actor.user_id)
    audit.record(actor=actor, at=at, verb="channels.object_to_sheet", target=sheet, after={"grounds": grounds})
    _note(actor, sheet, f"已向 12345 申诉退回：{words}", at=at)  # matter
    title = _("12345 工单 %(number)s 已申诉退回") % {"number": sheet.number}
    _tell_managers(sheet, title, words, key=f"objection:{objection.pk}", at=at)
    return objection


@transaction.atomic
def rule_on_objection(
    *, actor: Actor, at: datetime, sheet_id: int, ruling: Ruling, words: str = ""
) -> HotlineObjection:
    """What the hotline said. Accepted: the sheet goes back, its clock stops, and the case is withdrawn unless work has
    been done. Refused: everything goes on, and the owner is told. Raises NotFound, IllegalSheetMove, Invalid.
    """
    sheet = _locked(actor, sheet_id)
    objection = sheet.objections.filter(ruled_at__isnull=True).first()
    if objection is None:
        raise IllegalSheetMove(_("没有等待裁定的申诉。"))
    objection.ruling, objection.ruled_at = ruling, at
    objection.ruling_words = short(words, field="words", most=500, what=_("裁定说明"))
    objection.save()
    said = f"12345 裁定：{RULING_LABELS[ruling]} {objection.ruling_words}".strip()  # matter
    _note(actor, sheet, said, at=at)
    if ruling == Ruling.ACCEPTED and sheet.state in RUNNING:
        _return(actor, sheet, said, at=at)
    else:
        audit.record(actor=actor, at=at, verb="channels.refuse_objection", target=sheet, after={"ruling": ruling})
    title = _("12345 对工单 %(number)s 的申诉有了裁定") % {"number": sheet.number}
    key = f"ruling:{objection.pk}"
    tell_owner_and_manager(sheet.case, kind="hotline_ruling", title=title, body=said, key=key, at=at)
    return objection


def _return(actor: Actor, sheet: HotlineSheet, why: str, *, at: datetime) -> None:
    sheet.closed_at = at
    _move(actor, sheet, HotlineState.RETURNED, verb="return_sheet", at=at)
    _call_off(sheet, *HotlineStage, at=at)
    if sheet.case.state == CaseState.OPEN:
        try:
            with transaction.atomic():
                withdraw_case(actor=vouched(actor), at=at, case_id=sheet.case_id, reason=why[:200])
        except IllegalCaseMove:
            pass  # work has been done: the case takes its own course


@transaction.atomic
def record_result(
    *, actor: Actor, at: datetime, sheet_id: int, satisfaction: Satisfaction, is_solved: bool, words: str = ""
) -> HotlineSheet:
    """What the hotline heard when it asked the caller. Solved: closed. Not solved: to be done again, with a new clock.

    Raises NotFound, IllegalSheetMove, Invalid.
    """
    sheet = _locked(actor, sheet_id)
    _require_state(sheet, HotlineState.REPLIED)
    sheet.satisfaction, sheet.is_solved = satisfaction, is_solved
    sheet.result_words = short(words, field="words", most=500, what=_("回访说明"))
    solved = "已解决" if is_solved else "未解决"  # matter
    said = f"12345 回访：{solved}，{SATISFACTION_LABELS[satisfaction]} {sheet.result_words}".strip()  # matter
    _note(actor, sheet, said, at=at)
    if is_solved:
        sheet.closed_at = at
        _move(actor, sheet, HotlineState.CLOSED, verb="close_sheet", at=at)
    else:
        _begin_again(actor, sheet, said, at=at)
    if not is_solved or satisfaction == Satisfaction.DISSATISFIED:
        title = _("12345 工单 %(number)s 回访不满意或未解决") % {"number": sheet.number}
        key = f"result:{at.isoformat()}"
        tell_owner_and_manager(sheet.case, kind="hotline_result", title=title, body=said, key=key, at=at)
    return sheet


def _begin_again(actor: Actor, sheet: HotlineSheet, why: str, *, at: datetime) -> None:
    sheet.replied_at, sheet.contacted_at = None, None
    sheet.reply_due_at = workdays_on(at, AGAIN_DAYS)
    sheet.contact_due_at = deadlines(
        kind=HotlineKind(sheet.kind), started_at=at, reply_due_at=None, limits=limits_of(sheet.site_id, day_of(at))
    ).contact_at
    _move(actor, sheet, HotlineState.SIGNED, verb="send_sheet_back", at=at)
    sheet.alerts.exclude(stage=HotlineStage.SIGN).delete()
    due = {HotlineStage.CONTACT: sheet.contact_due_at, HotlineStage.REPLY: sheet.reply_due_at}
    _write_alerts(sheet, due, at)
    if sheet.case.state in (CaseState.FOLLOW_UP, CaseState.CLOSED):
        reopen_case(actor=vouched(actor), at=at, case_id=sheet.case_id, reason=why[:200])


def _locked(actor: Actor, sheet_id: int) -> HotlineSheet:
    """Raises NotFound. Lock order: the sheet, then its case."""
    sheet_seen(actor, sheet_id)
    rows = HotlineSheet.objects.select_for_update(of=("self",)).select_related("site", "case__customer")
    return rows.get(pk=sheet_id)


def _require_state(sheet: HotlineSheet, *states: HotlineState) -> None:
    if sheet.state not in states:
        label = HOTLINE_STATE_LABELS[HotlineState(sheet.state)]
        raise IllegalSheetMove(_("工单%(state)s，不能这样做。") % {"state": label})


def _move(actor: Actor, sheet: HotlineSheet, to: HotlineState, *, verb: str, at: datetime, **more: str) -> None:
    was = HotlineState(sheet.state)
    if to not in MOVES[was]:
        _require_state(sheet, *(state for state, targets in MOVES.items() if to in targets))
    sheet.state = to
    sheet.save()
    after = {"state": to} | more
    audit.record(actor=actor, at=at, verb=f"channels.{verb}", target=sheet, before={"state": was}, after=after)
    _publish(sheet, was, at=at)


def _publish(sheet: HotlineSheet, was: str, *, at: datetime) -> None:
    publish(SheetMoved(site_id=sheet.site_id, sheet_id=sheet.pk, from_state=was, to_state=sheet.state), at=at)


def _call_off(sheet: HotlineSheet, *stages: HotlineStage, at: datetime) -> None:
    """What would have been due later. What is due already is told, however late the tick comes."""
    pending = sheet.alerts.filter(stage__in=stages, fired_at__isnull=True, cancelled_at__isnull=True, due_at__gt=at)
    pending.update(cancelled_at=at)


def _note(actor: Actor, sheet: HotlineSheet, text: str, *, at: datetime) -> None:
    add_note(actor=vouched(actor), at=at, case_id=sheet.case_id, text=text[:500])


def _tell_managers(sheet: HotlineSheet, title: str, body: str, *, key: str, at: datetime) -> None:
    managers = holders(sheet.site_id, Role.SITE_MANAGER, at=at)
    tell_about(sheet.case, managers, kind="hotline_approval", title=title, body=body, key=key, at=at)
