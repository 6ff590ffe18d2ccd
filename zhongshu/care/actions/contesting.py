"""The customer's side of the score: a link to the explanation, the request for a person, the answer, the correction."""

from collections.abc import Collection
from datetime import date, datetime

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from zhongshu.care.engine.giving_back import check_uninvolved, give_back
from zhongshu.care.engine.running import lock
from zhongshu.care.errors import NotNow
from zhongshu.care.kinds import REVIEW_LABELS, ReviewOutcome
from zhongshu.care.models import Entry, ExplanationLink, ReviewRequest
from zhongshu.care.permissions import HAND_OUT, REVIEW_SCORES
from zhongshu.care.policies.following import ANSWERED_WITHIN, LINK_LASTS
from zhongshu.care.queries.contesting import contested, link_behind, link_dead, own_view
from zhongshu.care.queries.following import REVIEWERS, holders
from zhongshu.estate.kinds import AccountKind
from zhongshu.estate.models import Account
from zhongshu.estate.queries import found
from zhongshu.identity import audit
from zhongshu.identity.actor import Actor
from zhongshu.identity.tokens import digest_of, link_secret
from zhongshu.kernel.clock import day_of
from zhongshu.kernel.errors import Invalid
from zhongshu.kernel.words import stated
from zhongshu.messaging.actions import CustomerTelling, tell, tell_customers


@transaction.atomic
def make_link(*, actor: Actor, at: datetime, account_id: int) -> tuple[ExplanationLink, str]:
    """A link for the customer of the account, and its secret: told once, only its hash is kept. Earlier links of the
    account are dead. Raises NotFound.
    """
    rows = actor.visible(Account.objects.filter(pk=account_id, kind=AccountKind.ORDINARY), HAND_OUT)
    account = found(rows.select_for_update(of=("self",)))
    ExplanationLink.objects.filter(account=account, valid_until__gt=at).update(valid_until=at)
    secret = link_secret()
    link = ExplanationLink.objects.create(
        site_id=account.site_id,
        account=account,
        token_hash=digest_of(secret),
        made_at=at,
        made_by_id=actor.user_id,
        valid_until=at + LINK_LASTS,
    )
    audit.record(actor=actor, at=at, verb="care.make_link", target=link, after={"account_id": account.pk})
    return link, secret


@transaction.atomic
def send_link(*, actor: Actor, at: datetime, account_id: int, home: str) -> ExplanationLink:
    """The same, told to the customer by messaging. `home`: our address. Raises NotFound, Invalid without one."""
    if not home:
        raise Invalid(_("还没有设置本系统的网址，请改为打印纸条。"))
    link, secret = make_link(actor=actor, at=at, account_id=account_id)
    address = home + reverse("care:own", args=[secret])
    _tell_customer(
        link.account,
        title="您的情感值说明",  # matter
        body=f"只能打开一次，请在自己的手机上打开，14 天内有效：{address}",  # matter
        key=f"explanation:{link.pk}",
        at=at,
    )
    return link


@transaction.atomic
def open_link(*, actor: Actor, at: datetime, secret: str) -> ExplanationLink:
    """The first to open it keeps it. Raises LinkDead."""
    link = link_behind(secret, at=at)
    if not ExplanationLink.objects.filter(pk=link.pk, opened_at=None).update(opened_at=at):
        raise link_dead()
    link.opened_at = at
    audit.record(actor=actor, at=at, verb="care.open_link", target=link, after={"opened_at": at})
    return link


@transaction.atomic
def ask_review(
    *,
    actor: Actor,
    at: datetime,
    account: Account,
    words: str,
    entry_id: int | None = None,
    link: ExplanationLink | None = None,
) -> ReviewRequest:
    """The customer asks that a person look at their score, or at one deduction in it. That it is their account the
    caller has made sure of. Raises NotNow while the last such request waits, Invalid.
    """
    Account.objects.select_for_update().get(pk=account.pk)
    said = stated(words, field="words", most=1000, what=_("意见"))
    today = day_of(at)
    if entry_id is not None and entry_id not in {line.entry_id for line in own_view(account, today).contestable}:
        raise Invalid(_("请从列表中选择。"), field="entry_id")
    waiting = ReviewRequest.objects.filter(account=account, outcome=ReviewOutcome.WAITING)
    if waiting.filter(entry=entry_id).exists():
        raise NotNow(_("您已经申请过复核，正在处理。"))
    asked = ReviewRequest.objects.create(
        site_id=account.site_id,
        account=account,
        entry_id=entry_id,
        link=link,
        asked_at=at,
        words=said,
        due_on=today + ANSWERED_WITHIN,
    )
    audit.record(actor=actor, at=at, verb="care.ask_review", target=asked, after={"words": said, "entry_id": entry_id})
    _tell_reviewers(asked, today, at)
    return asked


def _tell_reviewers(asked: ReviewRequest, on: date, at: datetime) -> None:
    words = {"account": asked.account.number, "due": asked.due_on}
    tell(
        recipient_ids=holders(REVIEWERS, asked.site_id, on),
        site_id=asked.site_id,
        kind="review_asked",
        title=_("%(account)s 申请人工复核情感值，%(due)s 前答复") % words,
        body=asked.words,
        link=f"/care/reviews/{asked.pk}",
        dedupe_key=f"care:review:{asked.pk}",
        at=at,
    )


@transaction.atomic
def answer_review(
    *, actor: Actor, at: datetime, request_id: int, answer: str, entries: Collection[int] = ()
) -> ReviewRequest:
    """A person's answer, with reasons; the deductions `entries` are given back. Not by who judged, is complained about
    or lives there. The customer is told. Raises NotFound, NotNow, Involved, Invalid.
    """
    seen = found(actor.visible(ReviewRequest.objects.filter(pk=request_id), REVIEW_SCORES))
    lock(seen.site_id)
    row = ReviewRequest.objects.select_for_update(of=("self",)).select_related("account__customer").get(pk=seen.pk)
    if row.outcome != ReviewOutcome.WAITING:
        raise NotNow(_("这个申请已经答复过了。"))
    words = stated(answer, field="answer", most=1000, what=_("答复"))
    open_ids = [line.entry_id for line in contested(row, day_of(at))]
    check_uninvolved(actor, row.account, [row.entry_id] if row.entry_id else open_ids)
    if set(entries) - set(open_ids):
        raise Invalid(_("请从列表中选择。"), field="entries")
    for entry in Entry.objects.filter(pk__in=entries).order_by("pk"):
        give_back(entry, words, actor=actor, at=at)
    row.outcome = ReviewOutcome.CORRECTED if entries else ReviewOutcome.UPHELD
    row.answer, row.answered_at, row.answered_by_id = words, at, actor.user_id
    row.save(update_fields=["outcome", "answer", "answered_at", "answered_by"])
    after = {"outcome": row.outcome, "answer": words, "entries": sorted(entries)}
    audit.record(actor=actor, at=at, verb="care.answer_review", target=row, after=after)
    _tell_answer(row, at)
    return row


def _tell_answer(row: ReviewRequest, at: datetime) -> None:
    with translation.override(settings.LANGUAGE_CODE):
        outcome = str(REVIEW_LABELS[ReviewOutcome(row.outcome)])
    title, key = f"您申请的人工复核已答复：{outcome}", f"review:{row.pk}"  # matter
    _tell_customer(row.account, title=title, body=row.answer, key=key, at=at)


def _tell_customer(account: Account, *, title: str, body: str, key: str, at: datetime) -> None:
    telling = CustomerTelling(
        customer_ids=(account.customer_id,),
        site_id=account.site_id,
        kind="explanation",
        title=title,
        body=body,
        dedupe_key=key,
    )
    tell_customers([telling], at=at)


@transaction.atomic
def reverse_entry(*, actor: Actor, at: datetime, entry_id: int, reason: str) -> Entry:
    """Points taken by mistake are given back from today on, by somebody else than who gave them. The evaluation does
    not enter them again. Raises NotFound, NotNow, Involved, Invalid.
    """
    entry = found(actor.visible(Entry.objects.filter(pk=entry_id), REVIEW_SCORES).select_related("account__customer"))
    lock(entry.site_id)
    check_uninvolved(actor, entry.account, [entry.pk])
    words = stated(reason, field="reason", most=200, what=_("原因"))
    reversal = give_back(entry, words, actor=actor, at=at)
    after = {"reverses_id": entry.pk, "points": reversal.points, "reason": words}
    audit.record(actor=actor, at=at, verb="care.reverse_entry", target=reversal, after=after)
    return reversal
