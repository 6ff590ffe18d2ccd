"""People and organisations the site serves."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from zhongshu.estate.initials import initials_of
from zhongshu.estate.kinds import CustomerKind
from zhongshu.estate.models import Customer, CustomerPhone
from zhongshu.estate.permissions import EDIT_CUSTOMERS
from zhongshu.estate.phones import BadPhone, read_phones
from zhongshu.identity import audit
from zhongshu.identity.actor import Actor
from zhongshu.identity.masking import masked
from zhongshu.identity.models import Site
from zhongshu.kernel.errors import Invalid

_AUDITED = ("kind", "name", "note")


@transaction.atomic
def add_customer(
    *,
    actor: Actor,
    at: datetime,
    site: Site,
    name: str,
    phones: Sequence[str] = (),
    kind: str = CustomerKind.PERSON,
    id_no: str = "",
    note: str = "",
) -> Customer:
    """A new customer; the first of the phones is the one to call. Raises Invalid."""
    actor.require(EDIT_CUSTOMERS, site.pk)
    customer = Customer(site=site)
    fill(customer, name=name, kind=kind, id_no=id_no, note=note)
    customer.save()
    numbers = replace_phones(customer, phones)
    after = audit.values(customer, _AUDITED) | {"phones": len(numbers)}
    audit.record(actor=actor, at=at, verb="estate.add_customer", target=customer, after=after)
    return customer


def known_or_new(*, actor: Actor, at: datetime, site: Site, name: str, kind: str, phones: str, id_no: str) -> Customer:
    """The customer of that name with that document or one of those numbers, else a new one. Raises Invalid."""
    numbers = _numbers([phones])
    named = Customer.objects.filter(site=site, name=" ".join(name.split()))
    known = named.filter(Q(phones__number__in=numbers) | Q(id_no=id_no.strip().upper() or None))
    return known.order_by("pk").first() or add_customer(
        actor=actor, at=at, site=site, name=name, kind=kind, phones=numbers, id_no=id_no
    )


@transaction.atomic
def edit_customer(
    *,
    actor: Actor,
    at: datetime,
    customer: Customer,
    name: str,
    phones: Sequence[str],
    kind: str,
    id_no: str,
    note: str,
) -> Customer:
    """Puts the customer's particulars right. A number left as it is shown, masked, stays. Raises Invalid."""
    actor.require(EDIT_CUSTOMERS, customer.site_id)
    row = Customer.objects.select_for_update().get(pk=customer.pk)
    before = _particulars(row)
    fill(row, name=name, kind=kind, id_no=id_no, note=note)
    row.save()
    replace_phones(row, _in_full(phones, before["phones"]))
    audit.record(actor=actor, at=at, verb="estate.edit_customer", target=row, before=before, after=_particulars(row))
    return row


def _in_full(texts: Sequence[str], known: Sequence[str]) -> list[str]:
    """Each masked number stands for one of the known ones, in their order."""
    whole = "、".join(texts)
    for number in known:
        whole = whole.replace(masked(number), number, 1)
    return [whole]


def _particulars(customer: Customer) -> dict[str, Any]:
    numbers = customer.phones.order_by("-is_primary", "pk").values_list("number", flat=True)
    return audit.values(customer, (*_AUDITED, "id_no")) | {"phones": list(numbers)}


def fill(customer: Customer, *, name: str, kind: str, id_no: str, note: str) -> None:
    """Raises Invalid."""
    name = " ".join(name.split())
    if not 0 < len(name) <= 80:
        raise Invalid(_("请填写姓名或单位名称，最多 80 个字。"), field="name")
    if kind not in set(CustomerKind):
        raise Invalid(_("请选择客户类型。"), field="kind")
    customer.name, customer.kind, customer.note = name, kind, note.strip()
    customer.initials = initials_of(name)
    customer.id_no = id_no.strip().upper()[:40]


def replace_phones(customer: Customer, phones: Sequence[str]) -> tuple[str, ...]:
    """These are the customer's numbers from now on. Raises Invalid."""
    numbers = _numbers(phones)
    kept = CustomerPhone.objects.filter(customer=customer)
    kept.exclude(number__in=numbers).delete()
    for position, number in enumerate(numbers):
        CustomerPhone.objects.update_or_create(
            customer=customer, number=number, defaults={"site_id": customer.site_id, "is_primary": position == 0}
        )
    return numbers


def _numbers(texts: Sequence[str]) -> tuple[str, ...]:
    try:
        return tuple(dict.fromkeys(number for text in texts for number in read_phones(text)))
    except BadPhone as error:
        raise Invalid(_("“%(text)s”不是电话号码。") % {"text": error}, field="phones") from error
