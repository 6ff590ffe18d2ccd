"""A resident says whether the work is good: that signs it off, or begins it again."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from zhongshu.cases import actions as cases
from zhongshu.cases.lifecycle import Answer
from zhongshu.cases.models import Case
from zhongshu.identity.actor import Actor
from zhongshu.portal.errors import NothingToAnswer
from zhongshu.portal.queries import awaits_answer, done_order_ids, matter, open_call
from zhongshu.work import actions as work
from zhongshu.work.permissions import vouched


@transaction.atomic
def answer(
    *, actor: Actor, at: datetime, number: str, is_content: bool, score: int | None = None, words: str = ""
) -> Case:
    """Where a call back is due, this is its answer; else good work is signed off and bad work begins again.

    Raises NotFound, NothingToAnswer, Invalid.
    """
    case = matter(actor, number, at=at)
    if not awaits_answer(case):
        raise NothingToAnswer()
    said = Answer.CONTENT if is_content else Answer.NOT_CONTENT
    call = open_call(case.pk)
    if call is not None:
        cases.record_follow_up(actor=vouched(actor), at=at, follow_up_id=call.pk, answer=said, score=score, words=words)
    elif is_content:
        cases.sign_off_for_customer(actor=vouched(actor), at=at, case_id=case.pk, words=_in_words(score, words))
    else:
        _begin_again(case, _in_words(score, words), actor=vouched(actor), at=at)
    return case


def _begin_again(case: Case, reason: str, *, actor: Actor, at: datetime) -> None:
    for order_id in done_order_ids(case.pk):
        work.reopen(actor=actor, at=at, order_id=order_id, reason=reason)
    cases.add_note(actor=actor, at=at, case_id=case.pk, text=reason)


def _in_words(score: int | None, words: str) -> str:
    stars = f"{score}/5" if score else ""
    return " ".join(filter(None, [stars, words.strip()])) or _("住户在线答复")
