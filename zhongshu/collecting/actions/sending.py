"""Notices go out: by the customer's own ways, within the hours, so often and no oftener; else on paper."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext as _

from zhongshu.collecting.engine.moves import key_of, note_delivery, put, withdraw
from zhongshu.collecting.kinds import NOTICE_KIND_LABELS, ContactManner, Evidence, NoticeKind, Road
from zhongshu.collecting.lifecycle import NoticeState
from zhongshu.collecting.models import Contact, Delivery, Notice, NoticeCharge
from zhongshu.collecting.policies.contacts import is_within, refusal_of
from zhongshu.collecting.queries.contacts import days_of_contact, hours_at
from zhongshu.estate.models import Account
from zhongshu.identity import audit
from zhongshu.kernel.clock import day_of
from zhongshu.messaging.actions import CustomerTelling, tell_customers
from zhongshu.messaging.engine.routing_customers import reachable
from zhongshu.messaging.kinds import Way
from zhongshu.messaging.lifecycle import LOST, DeliveryState
from zhongshu.messaging.models import CustomerNotice
from zhongshu.messaging.models import Delivery as Carried

CHUNK: Final = 500
FOLLOWED: Final = timedelta(days=30)
"""So long it is asked what became of a message."""

_KINDS: Final = list(NoticeKind)
_OPEN: Final = Q(charge__open_amount__gt=0) | Q(charge__late_fees__open_amount__gt=0)
_OWES: Final = Exists(NoticeCharge.objects.filter(_OPEN, notice=OuterRef("pk")))
_TOLD: Final = Exists(Contact.objects.filter(notice=OuterRef("pk")))


@audit.unaudited("each notice has its deliveries, each customer's message is its own record")
def send_notices(*, at: datetime, site_id: int) -> int:
    """Planned notices dated today or before go to messaging, one an account; the number of those. What no way leads to
    waits for paper at once; what is beyond the hours or counts waits for another day."""
    if not is_within(hours_at(site_id, day_of(at)), at):
        return 0
    count, after = 0, 0
    while (sent := _send_chunk(at, site_id, after)) is not None:
        more, after = sent
        count += more
    return count


@transaction.atomic
def _send_chunk(at: datetime, site_id: int, after: int) -> tuple[int, int] | None:
    """Of the accounts after that one: how many notices went, and the last account looked at; None: no more."""
    waiting = Notice.objects.filter(~_TOLD, site_id=site_id, state=NoticeState.PLANNED, on__lte=day_of(at))
    ids = list(waiting.filter(account_id__gt=after).order_by("account_id").values_list("account_id", flat=True)[:CHUNK])
    if not ids:
        return None
    accounts = Account.objects.filter(pk__in=ids).select_for_update(of=("self",), no_key=True).order_by("pk")
    held = list(accounts.select_related("customer", "site", "unit"))
    rows = waiting.filter(account_id__in=ids).annotate(owes=_OWES).select_for_update(of=("self",)).order_by("on", "pk")
    sent = _sent(rows, {account.pk: account for account in held}, at)
    return len(sent), ids[-1]


def _sent(rows: Iterable[Any], accounts: dict[int, Account], at: datetime) -> Sequence[Notice]:
    ways = reachable([account.customer for account in accounts.values()], at=at)
    chosen: dict[int, Notice] = {}
    for notice in rows:
        notice.account = accounts[notice.account_id]
        if not notice.owes:
            withdraw(notice, _("已交清"), at=at)
        elif notice.account.customer_id not in ways:
            _on_paper(notice)
        elif (before := chosen.get(notice.account_id)) is None or _weight(notice) >= _weight(before):
            chosen[notice.account_id] = notice
    allowed = _allowed(list(chosen.values()), at)
    tell_customers(map(_telling, allowed), at=at)
    Contact.objects.bulk_create(_contact(notice, at) for notice in allowed)
    return allowed


def _weight(notice: Notice) -> int:
    return _KINDS.index(NoticeKind(notice.kind))


def _allowed(notices: Sequence[Notice], at: datetime) -> list[Notice]:
    if not notices:
        return []
    site_id, day = notices[0].site_id, day_of(at)
    hours = hours_at(site_id, day)
    earlier = days_of_contact(site_id, [notice.account_id for notice in notices], day)
    return [one for one in notices if not refusal_of(hours, at=at, earlier=earlier[one.account_id])]


def _telling(notice: Notice) -> CustomerTelling:
    """To the account's customer, whoever lives there."""
    account = notice.account
    place = account.unit.label if account.unit else account.number
    facts = {"place": place, "total": f"{notice.principal + notice.late_fees:,.2f}", "site": account.site.name}
    body = _("%(place)s 尚有费用共 %(total)s 元未交，请登录业主页面或到%(site)s物业服务中心交纳。") % facts
    if notice.answer_by:
        body += _("请于 %(day)s 前交纳。") % {"day": notice.answer_by}
    return CustomerTelling(
        customer_ids=(account.customer_id,),
        site_id=notice.site_id,
        kind="dunning",
        title=str(NOTICE_KIND_LABELS[NoticeKind(notice.kind)]),
        body=body,
        dedupe_key=key_of(notice),
    )


def _contact(notice: Notice, at: datetime) -> Contact:
    facts = {"manner": ContactManner.MESSAGE, "at": at, "day": day_of(at), "recorded_at": at}
    return Contact(site_id=notice.site_id, account_id=notice.account_id, notice=notice, **facts)


def _on_paper(notice: Notice) -> None:
    put(notice, NoticeState.FAILED)
    notice.save(update_fields=["state"])


@audit.unaudited("the deliveries say it")
def settle_notices(*, at: datetime, site_id: int) -> int:
    """What messaging knows by now of the notices it was given becomes deliveries with their evidence; what reached
    nobody waits for paper. The number of deliveries."""
    open_ones = Notice.objects.filter(_TOLD, site_id=site_id, evidence__in=("", Evidence.SENT_ONLY))
    open_ones = open_ones.exclude(state__in=(NoticeState.WITHDRAWN, NoticeState.FAILED))
    ids = list(open_ones.filter(contacts__at__gt=at - FOLLOWED).order_by("pk").values_list("pk", flat=True).distinct())
    return sum(_settle_chunk(ids[start : start + CHUNK], at) for start in range(0, len(ids), CHUNK))


@transaction.atomic
def _settle_chunk(ids: Sequence[int], at: datetime) -> int:
    notices = {key_of(row): row for row in Notice.objects.select_for_update(of=("self",)).filter(pk__in=ids)}
    count = 0
    told = CustomerNotice.objects.filter(dedupe_key__in=notices).prefetch_related("deliveries")
    for message in told.order_by("pk"):
        count += _settle(notices[message.dedupe_key], message, at)
    return count


def _settle(notice: Notice, message: CustomerNotice, at: datetime) -> int:
    ways = list(message.deliveries.all())
    known = set(notice.deliveries.values_list("reference", "evidence"))
    said = [
        (way.key, evidence, when) for way in ways if (found := _evidence(message, way)) for evidence, when in [found]
    ]
    new = [one for one in said if (one[0], one[1]) not in known]
    for reference, evidence, when in new:
        facts = {"channel": Road.MESSAGE, "evidence": evidence, "reference": reference[:80]}
        note_delivery(notice, Delivery(at=when, recorded_at=at, **facts))
    is_lost = message.look_at is None and all(way.state in LOST or way.way == Way.LETTER for way in ways)
    if not said and is_lost and message.read_at is None and notice.state == NoticeState.PLANNED:
        _on_paper(notice)
    return len(new)


def _evidence(message: CustomerNotice, way: Carried) -> tuple[Evidence, datetime] | None:
    """What stands on the residents' pages has arrived once it was read; elsewhere the carrier says so."""
    if message.read_at is not None and way.way == Way.PORTAL:
        return Evidence.DELIVERED, message.read_at
    if way.state == DeliveryState.DELIVERED and way.way != Way.PORTAL and way.delivered_at:
        return Evidence.DELIVERED, way.delivered_at
    if way.state in (DeliveryState.SENT, DeliveryState.DELIVERED):
        return Evidence.SENT_ONLY, way.sent_at or way.created_at
    return None
