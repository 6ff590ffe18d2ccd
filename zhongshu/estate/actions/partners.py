"""Accounts of those who do business with the site: they rent, advertise, run a kiosk."""

from datetime import date, datetime

from django.db import connection, transaction

from zhongshu.estate.actions.customers import fill, replace_phones
from zhongshu.estate.kinds import AccountKind, CustomerKind
from zhongshu.estate.models import Account, Customer
from zhongshu.estate.permissions import OPEN_PARTNERS
from zhongshu.identity import audit
from zhongshu.identity.actor import Actor

_NUMBER = "JY.{}"


@transaction.atomic
def partner_account(*, actor: Actor, at: datetime, site_id: int, name: str, phone: str, starts_on: date) -> Account:
    """The partner's one account at the site, by name; opened, if there is none. Raises Invalid."""
    actor.require(OPEN_PARTNERS, site_id)
    customer = Customer(site_id=site_id)
    fill(customer, name=name, kind=CustomerKind.ORGANISATION, id_no="", note="")
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('estate.partners'), %s)", [site_id])
    partners = Account.objects.filter(site_id=site_id, kind=AccountKind.BUSINESS)
    known = partners.filter(customer__name=customer.name).select_related("customer").first()
    if known is not None:
        return known
    customer.save()
    replace_phones(customer, [phone] if phone else [])
    account = Account.objects.create(
        site_id=site_id,
        number=_NUMBER.format(partners.count() + 1),
        kind=AccountKind.BUSINESS,
        customer=customer,
        starts_on=starts_on,
    )
    after = {"number": account.number, "customer": customer.name}
    audit.record(actor=actor, at=at, verb="estate.partner_account", target=account, after=after)
    return account
