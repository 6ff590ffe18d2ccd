"""Speaking to an account's customer about money: when it is allowed, and what was said."""

from datetime import date, datetime, time
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext as _

from zhongshu.collecting.errors import ContactRefused
from zhongshu.collecting.kinds import ContactManner, Outcome
from zhongshu.collecting.models import Contact, ContactRule
from zhongshu.collecting.permissions import CONTACT, MAKE_NOTICES
from zhongshu.collecting.policies.contacts import refusal_of
from zhongshu.collecting.queries.contacts import days_of_contact, hours_at
from zhongshu.estate.models import Account
from zhongshu.estate.queries import found
from zhongshu.identity import audit
from zhongshu.identity.actor import Actor
from zhongshu.kernel.clock import day_of
from zhongshu.kernel.errors import Invalid
from zhongshu.kernel.money import ZERO
from zhongshu.kernel.periods import in_force
from zhongshu.kernel.words import short

NOTE_LENGTH = 300


@transaction.atomic
def record_contact(
    *,
    actor: Actor,
    at: datetime,
    account_id: int,
    manner: ContactManner,
    outcome: Outcome,
    contacted_at: datetime | None = None,
    promised_on: date | None = None,
    promised_amount: Decimal | None = None,
    note: str = "",
) -> Contact:
    """The account's customer was called or visited about money, at `contacted_at` (default: now), by the actor.

    Raises NotFound, Invalid, and ContactRefused outside the hours or beyond the counts of the site.
    """
    rows = Account.objects.select_for_update(of=("self",), no_key=True)
    account = found(actor.visible(rows, CONTACT).filter(pk=account_id))
    when = contacted_at or at
    day = day_of(when)
    _check_when(manner, when, at)
    _check_promise(outcome, day, promised_on, promised_amount)
    earlier = days_of_contact(account.site_id, [account.pk], day)[account.pk]
    if refusal := refusal_of(hours_at(account.site_id, day), at=when, earlier=earlier):
        raise ContactRefused(refusal, field="contacted_at")
    contact = Contact.objects.create(
        site_id=account.site_id, account=account, manner=manner, at=when, day=day, recorded_at=at, by_id=actor.user_id,
        outcome=outcome, promised_on=promised_on, promised_amount=promised_amount,
        note=short(note, field="note", most=NOTE_LENGTH, what=_("备注")),
    )  # fmt: skip
    after = audit.values(contact, ("manner", "at", "outcome", "promised_on", "promised_amount"))
    audit.record(actor=actor, at=at, verb="collecting.record_contact", target=contact, after=after)
    return contact


def _check_when(manner: ContactManner, when: datetime, at: datetime) -> None:
    if manner == ContactManner.MESSAGE:
        raise Invalid(_("消息由系统发送并登记，这里只登记电话和上门。"), field="manner")
    if when > at:
        raise Invalid(_("联系时间不能在将来。"), field="contacted_at")


def _check_promise(outcome: Outcome, day: date, promised_on: date | None, amount: Decimal | None) -> None:
    if outcome == Outcome.PROMISED and promised_on is None:
        raise Invalid(_("请填写承诺交费的日期。"), field="promised_on")
    if promised_on is not None and promised_on < day:
        raise Invalid(_("承诺交费的日期不能早于联系当天。"), field="promised_on")
    if amount is not None and amount <= ZERO:
        raise Invalid(_("承诺金额应大于零。"), field="promised_amount")


@transaction.atomic
def set_contact_rule(
    *, actor: Actor, at: datetime, site_id: int, begins: time, ends: time, most_a_day: int, most_a_week: int
) -> ContactRule:
    """The site's hours and counts from today on, within 08:00–21:00.

    Raises NotFound, Invalid.
    """
    actor.require(MAKE_NOTICES, site_id)
    if not time(8) <= begins < ends <= time(21):
        raise Invalid(_("联系时间应在 08:00 至 21:00 之内，开始早于结束。"), field="begins")
    if not 1 <= most_a_day <= most_a_week <= 7:
        raise Invalid(_("每天至少 1 次，每周不少于每天、最多 7 次。"), field="most_a_day")
    today = day_of(at)
    rows = ContactRule.objects.select_for_update(of=("self",)).filter(site_id=site_id)
    rows.filter(starts_on__gte=today).delete()
    rows.filter(in_force(today)).update(ends_on=today)
    facts = {"begins": begins, "ends": ends, "most_a_day": most_a_day, "most_a_week": most_a_week}
    rule = ContactRule.objects.create(site_id=site_id, starts_on=today, **facts)
    audit.record(actor=actor, at=at, verb="collecting.set_contact_rule", target=rule, after=facts)
    return rule
