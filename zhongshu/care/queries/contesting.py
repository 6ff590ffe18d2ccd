"""What customers read about their own score, and what they asked a person to look at again."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import F, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from zhongshu.care.errors import LinkDead
from zhongshu.care.kinds import CUSTOMER_NOTES, Rule
from zhongshu.care.models import Entry, EntryEnd, ExplanationLink, ReviewRequest
from zhongshu.care.permissions import VIEW_CARE
from zhongshu.care.queries.explaining import Explanation, Line, explain
from zhongshu.cases.queries.complaints import complained_about
from zhongshu.estate.models import Account
from zhongshu.estate.queries import found
from zhongshu.identity.actor import Actor
from zhongshu.identity.tokens import digest_of


def link_behind(secret: str, *, at: datetime) -> ExplanationLink:
    """The link with that secret, opened or not, while it is valid. Raises LinkDead."""
    rows = ExplanationLink.objects.filter(token_hash=digest_of(secret), valid_until__gt=at)
    link = rows.select_related("account__site", "account__unit").first()
    if link is None:
        raise link_dead()
    return link


def link_dead() -> LinkDead:
    """The one answer for unknown, expired, and opened elsewhere."""
    return LinkDead(_("这个链接无效、已过期，或者已在别的手机上打开过。请向管家另要一个。"))


def links_of(account: Account) -> "QuerySet[ExplanationLink]":
    """The latest first."""
    return ExplanationLink.objects.filter(account=account).select_related("made_by").order_by("-pk")


@dataclass(frozen=True, slots=True)
class Past:
    """An entry that counted until (exclusive) `until`."""

    effective_on: date
    points: int
    customer_reason: str
    until: date | None


@dataclass(frozen=True, slots=True)
class OwnView:
    """An account's score as its customer reads it. `entries`: what counts today, the latest first; `past`: what counted
    once; `requests`: what they asked a person to look at, the latest first."""

    account: Account
    shown: Explanation
    entries: tuple[Line, ...]
    past: tuple[Past, ...]
    requests: tuple[ReviewRequest, ...]

    @property
    def notes(self) -> tuple[object, ...]:
        return CUSTOMER_NOTES

    @property
    def contestable(self) -> tuple[Line, ...]:
        return deductions(self.shown)


def own_view(account: Account, on: date) -> OwnView:
    """Eight statements."""
    shown = explain(account.pk, on)
    counting = [line.entry_id for line in shown.entries]
    last = EntryEnd.objects.filter(entry=OuterRef("pk")).order_by("-recorded_at", "-pk").values("in_force_until")[:1]
    past = Entry.objects.filter(site_id=account.site_id, account=account, effective_on__lte=on)
    past = (
        past.annotate(until=Coalesce(Subquery(last), "in_force_until"))
        .exclude(pk__in=counting)
        .order_by("-effective_on", "-pk")
    )
    requests = ReviewRequest.objects.filter(account=account).select_related("entry").order_by("-pk")
    return OwnView(
        account,
        shown,
        shown.entries[::-1],
        tuple(Past(*row) for row in past.values_list("effective_on", "points", "customer_reason", "until")),
        tuple(requests),
    )


def deductions(shown: Explanation) -> tuple[Line, ...]:
    """What may be contested: points taken that count and are not given back yet."""
    given_back = {line.reverses_id for line in shown.entries}
    taken = [line for line in shown.entries[::-1] if line.points < 0 and line.rule != Rule.REVERSAL]
    return tuple(line for line in taken if line.entry_id not in given_back)


def requests_listed(actor: Actor, site_id: int, *, outcome: str = "") -> "QuerySet[ReviewRequest]":
    """What waits first, the earliest due on top; then what was answered, the latest first."""
    rows = actor.visible(ReviewRequest.objects.filter(site_id=site_id), VIEW_CARE)
    if outcome:
        rows = rows.filter(outcome=outcome)
    rows = rows.select_related("account__unit", "entry", "answered_by")
    return rows.order_by(F("answered_at").desc(nulls_first=True), "due_on", "pk")


def request_seen(actor: Actor, request_id: int) -> ReviewRequest:
    """Raises NotFound."""
    rows = actor.visible(ReviewRequest.objects.filter(pk=request_id), VIEW_CARE)
    return found(rows.select_related("account__unit", "account__customer", "account__site", "entry", "answered_by"))


def contested(request: ReviewRequest, on: date) -> tuple[Line, ...]:
    """The entries a review may still give back: the one contested, or every deduction that counts."""
    lines = deductions(explain(request.account_id, on))
    return tuple(line for line in lines if request.entry_id in (None, line.entry_id))


def involved_in(account: Account, entry_ids: Sequence[int]) -> frozenset[int]:
    """Who does not review these entries: who confirmed or judged them, whom the complaint is about, who lives there."""
    entries = Entry.objects.filter(pk__in=entry_ids).select_related("judgement__case__complaint__against_team__lead")
    found_ids = {account.customer.user_id}
    for entry in entries:
        found_ids.add(entry.confirmed_by_id)
        if entry.judgement is not None:
            found_ids |= {entry.judgement.by_id, *complained_about(entry.judgement.case.complaint)}
    return frozenset(pk for pk in found_ids if pk is not None)
