"""Accounts: opened, handed from one owner to the next, ended; the places that belong to them."""

from datetime import date, datetime

from django.db import IntegrityError, models, transaction
from django.db.models.functions import Greatest
from django.utils.translation import gettext as _

from zhongshu.estate.actions._parts import end
from zhongshu.estate.actions.customers import known_or_new
from zhongshu.estate.errors import AccountOverlap, BadPeriod, PlaceTaken
from zhongshu.estate.kinds import AccountKind, PlaceKind, Relation
from zhongshu.estate.models import Account, AccountPlace, Customer, HouseholdMember, Place
from zhongshu.estate.permissions import EDIT_ACCOUNTS
from zhongshu.identity import audit
from zhongshu.identity.actor import Actor
from zhongshu.kernel.errors import Invalid, NotFound
from zhongshu.kernel.periods import in_force


@transaction.atomic
def open_account(*, actor: Actor, at: datetime, unit: Place, customer: Customer, starts_on: date) -> Account:
    """The customer answers for the dwelling or shop from that day on.

    Brings the dwelling and the owner's membership along. Raises AccountOverlap when the unit has an account then.
    """
    actor.require(EDIT_ACCOUNTS, unit.site_id)
    _check_same_site(unit, customer)
    if unit.kind != PlaceKind.UNIT:
        raise Invalid(_("只有房屋可以开户，%(place)s 不是房屋。") % {"place": unit.label}, field="unit")
    account = _insert_account(unit, customer, starts_on)
    after = {"number": account.number, "customer": customer.name, "starts_on": starts_on}
    audit.record(actor=actor, at=at, verb="estate.open_account", target=account, after=after)
    return account


def _check_same_site(place: Place, customer: Customer) -> None:
    if place.site_id != customer.site_id:
        raise NotFound(_("没有找到，或者您无权查看。"))


def _insert_account(unit: Place, customer: Customer, starts_on: date) -> Account:
    Place.objects.select_for_update().get(pk=unit.pk)
    number = f"{unit.code}.{Account.objects.filter(unit=unit).count() + 1}"
    shared = {"site_id": unit.site_id, "starts_on": starts_on}
    try:
        with transaction.atomic():
            _release_unsold(unit, starts_on)
            account = Account.objects.create(number=number, customer=customer, unit=unit, **shared)
            AccountPlace.objects.create(account=account, place=unit, **shared)
            HouseholdMember.objects.create(account=account, customer=customer, relation=Relation.OWNER, **shared)
    except IntegrityError as error:
        raise _overlap(unit, starts_on) from error
    return account


def _release_unsold(unit: Place, on: date) -> None:
    """What is sold leaves the developer's account."""
    held = AccountPlace.objects.filter(place=unit, account__kind=AccountKind.DEVELOPER).exclude(ends_on__lte=on)
    held.update(ends_on=Greatest(models.F("starts_on"), on))


def _overlap(unit: Place, starts_on: date) -> AccountOverlap:
    there = AccountPlace.objects.filter(place=unit).exclude(ends_on__lte=starts_on).select_related("account__customer")
    row = there.order_by("starts_on").first()
    said = {"unit": unit.label, "name": row.account.customer.name if row else "", "day": row.starts_on if row else ""}
    return AccountOverlap(_("%(unit)s 从 %(day)s 起已有户主%(name)s；换业主请用“过户”。") % said, field="starts_on")


@transaction.atomic
def end_account(*, actor: Actor, at: datetime, account: Account, ends_on: date) -> Account:
    """Ends the account, its household and its places; `ends_on` is the first day they no longer hold."""
    actor.require(EDIT_ACCOUNTS, account.site_id)
    account = Account.objects.select_for_update().get(pk=account.pk)
    _close(account, ends_on)
    before, after = {"ends_on": None}, {"ends_on": ends_on}
    audit.record(actor=actor, at=at, verb="estate.end_account", target=account, before=before, after=after)
    return account


def _close(account: Account, ends_on: date) -> None:
    if account.ends_on is not None:
        raise BadPeriod(_("户号 %(number)s 已于 %(day)s 销户。") % {"number": account.number, "day": account.ends_on})
    if ends_on < account.starts_on:
        raise BadPeriod(_("销户日期不能早于开户日期 %(day)s。") % {"day": account.starts_on}, field="ends_on")
    for rows in (account.members, account.places):
        rows.filter(starts_on__gt=ends_on).delete()
        rows.exclude(ends_on__lte=ends_on).update(ends_on=ends_on)
    account.ends_on = ends_on
    account.save(update_fields=["ends_on"])


@transaction.atomic
def transfer_account(
    *, actor: Actor, at: datetime, unit: Place, customer: Customer, on: date, with_places: bool = True
) -> Account:
    """过户: the account in force ends on that day and the new owner's begins the same day.

    `with_places` hands the parking spaces and storage on to the new account. Raises Invalid where nobody is to
    be followed.
    """
    actor.require(EDIT_ACCOUNTS, unit.site_id)
    _check_same_site(unit, customer)
    Place.objects.select_for_update().get(pk=unit.pk)
    former = Account.objects.select_for_update(of=("self",)).filter(in_force(on), unit=unit).first()
    if former is None:
        raise Invalid(_("%(unit)s 在 %(day)s 没有户主，请直接开户。") % {"unit": unit.label, "day": on})
    if former.customer_id == customer.pk:
        raise Invalid(_("新旧业主是同一个人。"), field="customer")
    kept = list(former.places.filter(in_force(on)).exclude(place=unit).values_list("place_id", flat=True))
    end_account(actor=actor, at=at, account=former, ends_on=on)
    account = open_account(actor=actor, at=at, unit=unit, customer=customer, starts_on=on)
    if with_places:
        shared = {"site_id": unit.site_id, "account": account, "starts_on": on}
        AccountPlace.objects.bulk_create([AccountPlace(place_id=place_id, **shared) for place_id in kept])
    return account


@transaction.atomic
def attach_place(*, actor: Actor, at: datetime, account: Account, place: Place, starts_on: date) -> AccountPlace:
    """A parking space or storage belongs to the account from that day on. Raises PlaceTaken, BadPeriod."""
    actor.require(EDIT_ACCOUNTS, account.site_id)
    if place.site_id != account.site_id:
        raise NotFound(_("没有找到，或者您无权查看。"))
    account = Account.objects.select_for_update(of=("self",)).get(pk=account.pk)
    if account.ends_on is not None or starts_on < account.starts_on:
        raise BadPeriod(_("这一户在 %(day)s 不存续。") % {"day": starts_on}, field="starts_on")
    try:
        with transaction.atomic():
            row = AccountPlace.objects.create(site_id=place.site_id, account=account, place=place, starts_on=starts_on)
    except IntegrityError as error:
        raise PlaceTaken(_("%(place)s 已经归属另一户。") % {"place": place.label}, field="place") from error
    after = {"place": place.code, "starts_on": starts_on}
    audit.record(actor=actor, at=at, verb="estate.attach_place", target=account, after=after)
    return row


@transaction.atomic
def detach_place(*, actor: Actor, at: datetime, account_place: AccountPlace, ends_on: date) -> None:
    """The place no longer belongs to the account; its dwelling goes only with the account itself."""
    actor.require(EDIT_ACCOUNTS, account_place.site_id)
    row = AccountPlace.objects.select_for_update(of=("self",)).select_related("account").get(pk=account_place.pk)
    if row.place_id == row.account.unit_id:
        raise Invalid(_("房屋不能单独移出，请销户或过户。"))
    end(row, ends_on)
    after = {"place": row.place_id, "ends_on": ends_on}
    audit.record(actor=actor, at=at, verb="estate.detach_place", target=row.account, after=after)


@transaction.atomic
def hold_unsold(*, actor: Actor, at: datetime, customer: Customer, units: list[Place], starts_on: date) -> Account:
    """The developer's unsold units: one account per site, made when first asked for, to which the units are added.

    Raises PlaceTaken when one of the units has an owner.
    """
    actor.require(EDIT_ACCOUNTS, customer.site_id)
    account = developer_account(customer, starts_on)
    rows = [AccountPlace(site_id=customer.site_id, account=account, place=unit, starts_on=starts_on) for unit in units]
    try:
        with transaction.atomic():
            AccountPlace.objects.bulk_create(rows)
    except IntegrityError as error:
        raise PlaceTaken(_("其中有房屋已经归属另一户。")) from error
    after = {"units": [unit.code for unit in units][:50], "starts_on": starts_on}
    audit.record(actor=actor, at=at, verb="estate.hold_unsold", target=account, after=after)
    return account


def developer_account(customer: Customer, starts_on: date) -> Account:
    """The site's one account of the developer."""
    account, _made = Account.objects.get_or_create(
        site_id=customer.site_id,
        number="DEV.1",
        defaults={"kind": AccountKind.DEVELOPER, "customer": customer, "starts_on": starts_on},
    )
    return account


@transaction.atomic
def open_account_for(*, actor: Actor, at: datetime, unit: Place, starts_on: date, **person: str) -> Account:
    """`open_account` for somebody described by `name`, `kind`, `phones`, `id_no`, known or new."""
    actor.require(EDIT_ACCOUNTS, unit.site_id)
    customer = known_or_new(actor=actor, at=at, site=unit.site, **person)
    return open_account(actor=actor, at=at, unit=unit, customer=customer, starts_on=starts_on)


@transaction.atomic
def transfer_account_to(
    *, actor: Actor, at: datetime, unit: Place, on: date, with_places: bool, **person: str
) -> Account:
    """`transfer_account` to somebody described by `name`, `kind`, `phones`, `id_no`, known or new."""
    actor.require(EDIT_ACCOUNTS, unit.site_id)
    customer = known_or_new(actor=actor, at=at, site=unit.site, **person)
    return transfer_account(actor=actor, at=at, unit=unit, customer=customer, on=on, with_places=with_places)
