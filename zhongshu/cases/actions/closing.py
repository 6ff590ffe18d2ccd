"""How a case ends: work ended, the customer called back, the case closed, or begun again."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from zhongshu.cases import policies
from zhongshu.cases.engine.calling import ask_for_call
from zhongshu.cases.engine.ending import close, sign_off_work
from zhongshu.cases.engine.lapsing import await_signature
from zhongshu.cases.engine.ordering import order_for
from zhongshu.cases.engine.parts import locked_case, move, note, require, require_state
from zhongshu.cases.engine.telling import tell_level_above, tell_owner
from zhongshu.cases.errors import AlreadyAnswered, IllegalCaseMove, MayNotClose
from zhongshu.cases.kinds import CallReason, EntryKind
from zhongshu.cases.lifecycle import Answer, CaseState
from zhongshu.cases.models import CallRefusal, Case, FollowUp, FollowUpAttempt
from zhongshu.cases.permissions import FOLLOW_UP_CASES, SIGN_CASES, TEND_CASES
from zhongshu.cases.policies import Obstacle, Outcome, Step
from zhongshu.cases.policies.matters import refused_until
from zhongshu.cases.queries import cases_visible, last_answer, order_states, orders_of
from zhongshu.cases.queries.standing import also_weighing, complaint_is_open, does_not_want_calls, rules_of
from zhongshu.identity import audit
from zhongshu.identity.actor import Actor
from zhongshu.kernel.clock import day_of
from zhongshu.kernel.errors import Invalid, NotFound
from zhongshu.kernel.words import short, stated
from zhongshu.work import actions as work
from zhongshu.work.kinds import OrderKind
from zhongshu.work.lifecycle import ENDED, State
from zhongshu.work.permissions import vouched
from zhongshu.work.queries import follow_up_rule

ANSWER_WORDS = {
    Answer.CONTENT: "满意",  # matter
    Answer.NOT_CONTENT: "不满意",  # matter
    Answer.UNREACHABLE: "联系不上",  # matter
    Answer.REFUSED: "不愿接受回访",  # matter
}


@transaction.atomic
def settle(*, actor: Actor, at: datetime, case_id: int) -> Case:
    """Bring the case to where its orders are: call back, close, or open again. Twice changes nothing more."""
    case = locked_case(actor, case_id)
    _settle(case, actor=actor, at=at)
    return case


def _settle(case: Case, *, actor: Actor, at: datetime) -> None:
    orders = orders_of(case)
    kinds = {OrderKind(order.kind) for order in orders}
    day = day_of(case.opened_at)
    rule = follow_up_rule(case.site_id, orders[0].kind if orders else "", case.urgency, day)
    reason = policies.reason_to_call(
        number=case.number, percent=rule.percent, kinds=kinds, reopened_count=case.reopened_count
    )
    states = [State(order.state) for order in orders] + also_weighing(case)
    match policies.next_step(CaseState(case.state), states, must_call=reason is not None):
        case Step.CALL_BACK if reason:
            _ask_for_call(case, reason, due_at=rule.due_at(at), actor=actor, at=at)
            if does_not_want_calls(case, at):
                _count_as_called(case, actor=actor, at=at)
        case Step.CLOSE:
            close(case, actor=actor, at=at)
        case Step.REOPEN:
            _open_again(case, "工单重开", actor=actor, at=at)  # matter
        case Step.AWAIT_SIGNATURE:
            await_signature(case)
        case Step.TELL_OWNER:
            _tell_that_nobody_works(case, len(states), actor=actor, at=at)


def _ask_for_call(case: Case, reason: CallReason, *, due_at: datetime, actor: Actor, at: datetime) -> None:
    ask_for_call(case, reason, due_at=due_at, at=at)
    move(case, CaseState.FOLLOW_UP, actor=actor, at=at, verb="ask_for_call", why=reason)


def _count_as_called(case: Case, *, actor: Actor, at: datetime) -> None:
    """Who does not want to be called is left in peace: the call counts as made, and the work is signed off."""
    call = FollowUp.objects.get(case=case, done_at__isnull=True)
    _write_attempt(case, call, Answer.REFUSED, None, "此前表示不愿接受回访", actor=actor, at=at)  # matter
    _make(call, at=at)
    _follow(case, Outcome.CLOSE, Answer.REFUSED, "", actor=actor, at=at)


def _make(call: FollowUp, *, at: datetime) -> None:
    call.done_at = at
    call.save(update_fields=["done_at"])


def _tell_that_nobody_works(case: Case, orders: int, *, actor: Actor, at: datetime) -> None:
    words = "工单已全部撤销，请答复客户，另派工单或撤销报事。"  # matter
    key = f"nobody_works:{case.reopened_count}:{orders}"
    if tell_owner(case, "case_without_work", f"报事 {case.number} 已无人处理", words, key=key, at=at):  # matter
        note(case, EntryKind.OWNER_TOLD, words, actor=actor, at=at)


def _open_again(case: Case, reason: str, *, actor: Actor, at: datetime) -> None:
    """Back to work; a call that was still to be made falls away, for the new work draws its own."""
    FollowUp.objects.filter(case=case, done_at__isnull=True).update(done_at=at)
    case.rain_watched_from = None
    case.save(update_fields=["rain_watched_from"])
    move(case, CaseState.OPEN, actor=actor, at=at, verb="reopen", why=reason)
    note(case, EntryKind.REOPENED, reason, actor=actor, at=at)


@transaction.atomic
def record_follow_up(
    *,
    actor: Actor,
    at: datetime,
    follow_up_id: int,
    answer: Answer,
    score: int | None = None,
    words: str = "",
) -> FollowUpAttempt:
    """Write down one call and do what follows from it.

    Content: the work is signed off and the case closes. Not content, or a score of 1 or 2: the work begins again and
    the owner's supervisor is told. The third call in vain closes. Raises NotFound, AlreadyAnswered, Invalid.
    """
    case, call = _locked_call(actor, follow_up_id)
    require(actor, FOLLOW_UP_CASES, case)
    if call.done_at is not None:
        raise AlreadyAnswered(_("这次回访已有记录，请刷新查看。"))
    score = _checked_score(answer, score)
    words = short(words, field="words", most=500, what=_("客户原话"))
    before = call.attempts.count()
    attempt = _write_attempt(case, call, answer, score, words, actor=actor, at=at)
    if answer == Answer.REFUSED:
        _respect(case, actor=actor, at=at)
    after = {"answer": answer, "score": score, "words": words}
    audit.record(actor=actor, at=at, verb="cases.record_follow_up", target=call, after=after)
    result = policies.outcome(answer, score, tries_before=before)
    if result != Outcome.TRY_AGAIN:
        _make(call, at=at)
        _follow(case, result, answer, words, actor=actor, at=at)
    return attempt


def _write_attempt(
    case: Case, call: FollowUp, answer: Answer, score: int | None, words: str, *, actor: Actor, at: datetime
) -> FollowUpAttempt:
    note(case, EntryKind.CALL, _call_in_words(answer, score, words), actor=actor, at=at)
    return FollowUpAttempt.objects.create(
        site_id=case.site_id, follow_up=call, at=at, by_id=actor.user_id, answer=answer, score=score, words=words
    )


def _respect(case: Case, *, actor: Actor, at: datetime) -> None:
    CallRefusal.objects.create(
        site_id=case.site_id,
        case=case,
        customer_id=case.customer_id,
        phone=case.number_to_call,
        at=at,
        by_id=actor.user_id,
        until_on=refused_until(at, rules_of(case.site_id, at).refusal_months),
    )


def _locked_call(actor: Actor, follow_up_id: int) -> tuple[Case, FollowUp]:
    """The case locked first, then the call read: a rival's answer is seen."""
    found = FollowUp.objects.filter(pk=follow_up_id, case__in=cases_visible(actor)).values_list("case_id", flat=True)
    case_id = found.first()
    if case_id is None:
        raise NotFound(_("没有找到这次回访，或者您无权查看。"))
    return locked_case(actor, case_id), FollowUp.objects.get(pk=follow_up_id)


def _checked_score(answer: Answer, score: int | None) -> int | None:
    if score is None:
        return None
    if answer in (Answer.UNREACHABLE, Answer.REFUSED):
        raise Invalid(_("没有联系上，不能打分。"), field="score")
    if not 1 <= score <= 5:
        raise Invalid(_("评分为 1 到 5 分。"), field="score")
    return score


def _call_in_words(answer: Answer, score: int | None, words: str) -> str:
    return " ".join(filter(None, [ANSWER_WORDS[answer], f"{score} 分" if score else "", words]))  # matter


def _follow(case: Case, result: Outcome, answer: Answer, words: str, *, actor: Actor, at: datetime) -> None:
    if result == Outcome.REOPEN:
        reason = f"客户不满意：{words}" if words else "客户不满意"  # matter
        _open_again(case, reason, actor=actor, at=at)
        _begin_work_again(case, reason, actor=actor, at=at)
        title = f"报事 {case.number} 客户不满意，已重开"  # matter
        for tell in (tell_owner, tell_level_above):
            tell(case, "case_unhappy", title, words, key=f"unhappy:{case.reopened_count}", at=at)
        return
    if case.state == CaseState.CLOSED:  # asked once more, after the rain
        return
    sign_off_work(case, "回访" + ANSWER_WORDS[answer], actor=actor, at=at)  # matter
    why = "三次联系不上" if answer == Answer.UNREACHABLE else ""  # matter
    close(case, actor=actor, at=at, answer=answer, words=why)


def _begin_work_again(case: Case, reason: str, *, actor: Actor, at: datetime) -> None:
    """Finished orders begin anew; what an incident or a referral was to mend gets an order of its own."""
    worked = [order for order in orders_of(case) if State(order.state) in policies.WORKED]
    for order in worked:
        work.reopen(actor=vouched(actor), at=at, order_id=order.pk, reason=reason)
    if not worked:
        case.incident = None
        case.save(update_fields=["incident"])
        order_for(case, what=reason, actor=actor, at=at)


@transaction.atomic
def sign_off_for_customer(*, actor: Actor, at: datetime, case_id: int, words: str = "") -> Case:
    """The customer takes the work as done, at the door or on the telephone: finished orders are signed off.

    The case closes with it, unless a call back is due. Raises IllegalCaseMove when nothing waits for it.
    """
    case = locked_case(actor, case_id)
    require(actor, TEND_CASES, case)
    require_state(case, CaseState.OPEN, CaseState.FOLLOW_UP)
    words = short(words, field="words", most=200, what=_("说明"))
    if not {State.DONE, State.SIGNED_OFF} & set(order_states(case.pk)):
        raise IllegalCaseMove(_("没有待验收的工单。"))
    sign_off_work(case, words or "代客户验收", actor=actor, at=at)  # matter
    note(case, EntryKind.SIGNED_OFF, words, actor=actor, at=at)
    audit.record(actor=actor, at=at, verb="cases.sign_off", target=case, after={"words": words})
    _settle(case, actor=actor, at=at)
    return case


@transaction.atomic
def reopen_case(*, actor: Actor, at: datetime, case_id: int, reason: str) -> Case:
    """It is not over after all: the case is open again and its work begins anew. Raises IllegalCaseMove, NotFound."""
    case = locked_case(actor, case_id)
    require(actor, TEND_CASES, case)
    require_state(case, CaseState.FOLLOW_UP, CaseState.CLOSED)
    reason = stated(reason, field="reason", most=200, what=_("重开原因"))
    _open_again(case, reason, actor=actor, at=at)
    _begin_work_again(case, reason, actor=actor, at=at)
    return case


@transaction.atomic
def close_case(*, actor: Actor, at: datetime, case_id: int, words: str) -> Case:
    """Close by the signature of the next level, with the reason: the customer is not content, or nobody to ask.

    Finished work is signed off; work begun again for an unhappy answer is withdrawn. Raises MayNotClose,
    IllegalCaseMove, NotFound, Invalid.
    """
    case = locked_case(actor, case_id)
    actor.require(SIGN_CASES, case.site_id)
    require_state(case, CaseState.OPEN, CaseState.FOLLOW_UP)
    words = stated(words, field="words", most=200, what=_("签字意见"))
    answer = last_answer(case.pk)
    _require_closable(case, answer, actor)
    sign_off_work(case, words, actor=actor, at=at)
    for order in orders_of(case):
        if State(order.state) not in ENDED:
            work.withdraw(actor=vouched(actor), at=at, order_id=order.pk, reason=words)
    close(case, actor=actor, at=at, answer=answer, words=words, signed_by_id=actor.user_id)
    return case


def _require_closable(case: Case, answer: Answer | None, actor: Actor) -> None:
    if complaint_is_open(case):
        raise MayNotClose(_("投诉还没有裁定，或各级处理记录还不完整，不能关闭。"))
    obstacle = policies.obstacle_to_closing(
        signer_id=actor.user_id,
        owner_id=case.owner_id,
        has_call_due=case.state == CaseState.FOLLOW_UP,
        orders=order_states(case.pk) + also_weighing(case),
        last_answer=answer,
    )
    if obstacle is not None:
        sentences = {
            Obstacle.OWN_CASE: _("自己负责的报事须由上级签字关闭。"),
            Obstacle.CALL_DUE: _("还有回访未完成，请先记录回访。"),
            Obstacle.WORK_GOING_ON: _("还有工单在处理，请先完工或撤销工单。"),
        }
        raise MayNotClose(sentences[obstacle])
