"""A site asks the department, the department a site; answers are accepted or sent back; head office hears of delays."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from zhongshu.cases.models import Case
from zhongshu.identity.actor import Actor
from zhongshu.identity.models import Site, User
from zhongshu.kernel.errors import Invalid
from zhongshu.kernel.numbers import next_number
from zhongshu.kernel.words import stated
from zhongshu.quality import policies
from zhongshu.quality.engine.inquiries import answerers, head_office, illegal, line, move, moved, tell_about
from zhongshu.quality.errors import AlreadyTaken
from zhongshu.quality.kinds import ANSWERS, PREFIXES, Direction, InquiryState, Said
from zhongshu.quality.models import Inquiry
from zhongshu.quality.permissions import ANSWER_SUPERVISION, ASK_QUALITY, WORK_QUALITY
from zhongshu.quality.queries import inquiries_visible, not_found
from zhongshu.work.models import WorkOrder

WORDS = 2000
ASKS = {Direction.HELP: ASK_QUALITY, Direction.SUPERVISION: WORK_QUALITY}
REPLIES = {Direction.HELP: WORK_QUALITY, Direction.SUPERVISION: ANSWER_SUPERVISION}


@transaction.atomic
def ask_for_help(
    *,
    actor: Actor,
    at: datetime,
    site: Site,
    question: str,
    is_urgent: bool = False,
    case: Case | None = None,
    order: WorkOrder | None = None,
) -> Inquiry:
    """A site asks the quality department: about a case, an order, or anything. Raises NotFound, Invalid."""
    actor.require(ASK_QUALITY, site.pk)
    due_at = policies.help_due_at(at, is_urgent=is_urgent)
    return _opened(
        Direction.HELP,
        site,
        question,
        actor=actor,
        at=at,
        due_at=due_at,
        case=case,
        order=order,
        is_urgent=is_urgent,
    )


@transaction.atomic
def supervise(
    *,
    actor: Actor,
    at: datetime,
    site: Site,
    question: str,
    due_at: datetime,
    case: Case | None = None,
    order: WorkOrder | None = None,
) -> Inquiry:
    """The department puts questions to a site, to be answered by `due_at`. Raises NotFound, Invalid."""
    actor.require(WORK_QUALITY, site.pk)
    if due_at <= at:
        raise Invalid(_("期限须在现在之后。"), field="due_at")
    return _opened(Direction.SUPERVISION, site, question, actor=actor, at=at, due_at=due_at, case=case, order=order)


@transaction.atomic
def take(*, actor: Actor, at: datetime, inquiry_id: int) -> Inquiry:
    """A colleague of those who answer looks after it. Raises NotFound, IllegalInquiryMove, AlreadyTaken."""
    inquiry = _locked(actor, inquiry_id)
    actor.require(REPLIES[Direction(inquiry.direction)], inquiry.site_id)
    if inquiry.state != InquiryState.OPEN:
        raise illegal(inquiry)
    if inquiry.handler_id is not None:
        raise AlreadyTaken(_("已由 %(name)s 受理。") % {"name": inquiry.handler.name if inquiry.handler else ""})
    inquiry.handler_id = actor.user_id
    inquiry.save(update_fields=["handler"])
    line(inquiry, Said.TAKEN, actor=actor, at=at)
    return inquiry


@transaction.atomic
def answer(*, actor: Actor, at: datetime, inquiry_id: int, kind: str, text: str, person: User | None = None) -> Inquiry:
    """Answered: with advice, by a person sent, by a decision; a site answers in words. Raises NotFound,
    IllegalInquiryMove, Invalid."""
    inquiry = _locked(actor, inquiry_id)
    direction = Direction(inquiry.direction)
    actor.require(REPLIES[direction], inquiry.site_id)
    if kind not in ANSWERS[direction]:
        raise Invalid(_("请选答复的方式。"), field="kind")
    if kind == Said.PERSON and person is None:
        raise Invalid(_("请选派去的人。"), field="person")
    said = stated(text, field="text", most=WORDS, what=_("答复内容"))
    move(inquiry, InquiryState.ANSWERED, at=at)
    row = line(inquiry, Said(kind), said, actor=actor, at=at, person=person if kind == Said.PERSON else None)
    told = {user_id for user_id in (inquiry.asked_by_id, row.person_id) if user_id is not None}
    tell_about(inquiry, told, gettext_lazy("已答复"), key=f"line:{row.pk}", body=said, at=at)
    return inquiry


@transaction.atomic
def send_back(*, actor: Actor, at: datetime, inquiry_id: int, text: str) -> Inquiry:
    """Not enough: it waits for an answer again, with a new clock. Raises NotFound, IllegalInquiryMove, Invalid."""
    inquiry = _asked(actor, inquiry_id)
    said = stated(text, field="text", most=WORDS, what=_("退回意见"))
    inquiry.due_at = policies.due_again(
        Direction(inquiry.direction), opened_at=inquiry.asked_at, due_at=inquiry.due_at, at=at
    )
    move(inquiry, InquiryState.OPEN, at=at)
    row = line(inquiry, Said.RETURNED, said, actor=actor, at=at)
    tell_about(
        inquiry, answerers(inquiry, at=at), gettext_lazy("被退回，请重新答复"), key=f"line:{row.pk}", body=said, at=at
    )
    return inquiry


@transaction.atomic
def accept_answer(*, actor: Actor, at: datetime, inquiry_id: int, text: str = "") -> Inquiry:
    """Enough: it is over. Raises NotFound, IllegalInquiryMove."""
    inquiry = _asked(actor, inquiry_id)
    move(inquiry, InquiryState.CLOSED, at=at)
    line(inquiry, Said.ACCEPTED, text.replace("\x00", "").strip()[:WORDS], actor=actor, at=at)
    return inquiry


@transaction.atomic
def escalate(*, actor: Actor, at: datetime, inquiry_id: int, text: str) -> Inquiry:
    """Head office hears of it; it stays where it is. Raises NotFound, IllegalInquiryMove, Invalid."""
    inquiry = _locked(actor, inquiry_id)
    actor.require(WORK_QUALITY, inquiry.site_id)
    if inquiry.state == InquiryState.CLOSED:
        raise illegal(inquiry)
    said = stated(text, field="text", most=WORDS, what=_("上报理由"))
    inquiry.escalated_at = at
    inquiry.save(update_fields=["escalated_at"])
    row = line(inquiry, Said.ESCALATED, said, actor=actor, at=at)
    tell_about(
        inquiry, head_office(inquiry, at=at), gettext_lazy("上报公司总部"), key=f"line:{row.pk}", body=said, at=at
    )
    return inquiry


def _opened(
    direction: Direction,
    site: Site,
    question: str,
    *,
    actor: Actor,
    at: datetime,
    due_at: datetime,
    case: Case | None,
    order: WorkOrder | None,
    is_urgent: bool = False,
) -> Inquiry:
    said = stated(question, field="question", most=WORDS, what=_("问题"))
    if any(about is not None and about.site_id != site.pk for about in (case, order)):
        raise not_found()
    inquiry = Inquiry.objects.create(
        site=site,
        number=next_number(prefix=PREFIXES[direction], site_code=site.code, at=at),
        direction=direction,
        case=case,
        order=order,
        question=said,
        is_urgent=is_urgent,
        asked_by_id=actor.user_id,
        asked_at=at,
        due_at=due_at,
        remind_at=due_at,
        state=InquiryState.OPEN,
    )
    row = line(inquiry, Said.ASKED, said, actor=actor, at=at)
    moved(inquiry, "", at=at)
    tell_about(inquiry, answerers(inquiry, at=at), gettext_lazy("待您答复"), key=f"line:{row.pk}", body=said, at=at)
    return inquiry


def _locked(actor: Actor, inquiry_id: int) -> Inquiry:
    rows = inquiries_visible(actor).filter(pk=inquiry_id).select_for_update(of=("self",))
    inquiry = rows.select_related("site", "handler").first()
    if inquiry is None:
        raise not_found()
    return inquiry


def _asked(actor: Actor, inquiry_id: int) -> Inquiry:
    """The inquiry, for whoever asked or may ask in its direction at its site."""
    inquiry = _locked(actor, inquiry_id)
    if actor.user_id != inquiry.asked_by_id:
        actor.require(ASKS[Direction(inquiry.direction)], inquiry.site_id)
    return inquiry
