"""How customers want to be told: the order of ways, addresses, yes and no; and what they have read."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from zhongshu.estate.models import Customer
from zhongshu.identity import audit
from zhongshu.identity.actor import Actor
from zhongshu.identity.guards import absent
from zhongshu.kernel.errors import Invalid
from zhongshu.messaging.engine.routing_customers import latest_consents, order_of
from zhongshu.messaging.kinds import CUSTOMER_WAYS, Way
from zhongshu.messaging.models import Address, Consent, CustomerNotice, CustomerPreference
from zhongshu.messaging.policies.setup import MAIL
from zhongshu.messaging.queries import customer_seen

WITH_ADDRESS = frozenset({Way.EMAIL, Way.WECHAT})
SOURCE_LENGTH = 200


@transaction.atomic
def choose_ways(*, actor: Actor, at: datetime, customer_id: int, ways: Sequence[str]) -> CustomerPreference:
    """The order in which the customer is told by; empty: by none. Raises NotFound, Invalid."""
    return _choose(customer_seen(actor, customer_id), actor, ways, at)


@transaction.atomic
def choose_own_ways(*, actor: Actor, at: datetime, ways: Sequence[str]) -> int:
    """The same by the resident, for all the customers they are; the number of them. Raises NotFound, Invalid."""
    customers = _own(actor)
    for customer in customers:
        _choose(customer, actor, ways, at)
    return len(customers)


@transaction.atomic
def note_consent(
    *, actor: Actor, at: datetime, customer_id: int, way: Way, is_given: bool, source: str, address: str = ""
) -> Consent:
    """A yes or a no that the customer said, and on what occasion (`source`). A yes to e-mail or WeChat comes with the
    address; a no takes it away. Raises NotFound, Invalid.
    """
    if not source.strip() or len(source) > SOURCE_LENGTH:
        raise Invalid(_("请写明客户是在什么场合表示的。"), field="source")
    customer, said = customer_seen(actor, customer_id), address.strip()
    return _consent(customer, actor, way, is_given=is_given, source=source.strip(), address=said, at=at)


@transaction.atomic
def say_own_consent(*, actor: Actor, at: datetime, way: Way, is_given: bool, address: str = "") -> int:
    """The same by the resident, for all the customers they are. Raises NotFound, Invalid."""
    customers = _own(actor)
    for customer in customers:
        source = _("本人在住户页面")
        _consent(customer, actor, way, is_given=is_given, source=source, address=address.strip(), at=at)
    return len(customers)


@transaction.atomic
@audit.unaudited("the notice itself says when it was read")
def mark_notices_read(*, actor: Actor, at: datetime, notice_ids: Iterable[int] | None = None) -> int:
    """Notices of one's own (None: all of them); the number that were unread. They go by no other way any more."""
    unread = CustomerNotice.objects.filter(customer__user=actor.user_id or 0, read_at=None)
    if notice_ids is not None:
        unread = unread.filter(pk__in=list(notice_ids))
    return unread.update(read_at=at, look_at=None)


def _own(actor: Actor) -> list[Customer]:
    customers = list(Customer.objects.filter(user=actor.user_id or 0).order_by("pk"))
    if not customers:
        raise absent()
    return customers


def _choose(customer: Customer, actor: Actor, ways: Sequence[str], at: datetime) -> CustomerPreference:
    wanted = list(dict.fromkeys(ways))
    if not set(wanted) <= set(map(str, CUSTOMER_WAYS)):
        raise Invalid(_("没有这种通知方式。"), field="ways")
    before = {"ways": order_of(customer)}
    row, _is_new = CustomerPreference.objects.update_or_create(
        customer=customer, defaults={"ways": wanted, "site": customer.site}
    )
    verb, after = "messaging.choose_ways", {"ways": wanted}
    audit.record(actor=actor, at=at, verb=verb, target=customer, before=before, after=after)
    return row


def _consent(
    customer: Customer, actor: Actor, way: Way, *, is_given: bool, source: str, address: str, at: datetime
) -> Consent:
    if way not in CUSTOMER_WAYS or way == Way.PORTAL:
        raise Invalid(_("没有这种通知方式。"), field="way")
    before = latest_consents({customer.pk})[customer.pk].get(way)
    if way in WITH_ADDRESS:
        _keep_address(customer, way, address, is_given, at)
    row = Consent.objects.create(
        site=customer.site, customer=customer, way=way, is_given=is_given, at=at, by_name=actor.name, source=source
    )
    audit.record(
        actor=actor,
        at=at,
        verb="messaging.note_consent",
        target=customer,
        before={"way": way, "is_given": before},
        after={"way": way, "is_given": is_given, "source": source},
    )
    return row


def _keep_address(customer: Customer, way: Way, address: str, is_given: bool, at: datetime) -> None:
    known = Address.objects.filter(customer=customer, way=way)
    if not is_given:
        known.delete()
    elif address:
        if len(address) > 200 or (way == Way.EMAIL and not MAIL.fullmatch(address)):
            raise Invalid(_("这个地址不对，请检查。"), field="address")
        Address.objects.update_or_create(customer=customer, way=way, defaults={"address": address, "noted_at": at})
    elif not known.exists():
        raise Invalid(_("同意用邮件或微信通知的，请一并填写邮箱或 OpenID。"), field="address")
