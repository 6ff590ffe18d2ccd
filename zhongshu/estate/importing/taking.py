"""Writes what was planned: a few statements per table, whatever the number of rows."""

from collections.abc import Iterable, Sequence
from typing import Any, TypeVar

from django.db import connection, models
from django.db.models import Model

from zhongshu.estate.actions.places import count_layout_change, insert_places
from zhongshu.estate.importing.state import AccountState, CustomerState, Estate
from zhongshu.estate.initials import initials_of
from zhongshu.estate.models import Account, AccountPlace, Customer, CustomerPhone, HouseholdMember, Occupancy, Place
from zhongshu.estate.queries import root_of

M = TypeVar("M", bound=Model)
_BATCH = 2000


def write(estate: Estate) -> None:
    """Everything new and everything changed. The caller holds the transaction and the site's lock."""
    places = _write_places(estate)
    _write_customers(estate)
    _write_accounts(estate, places)
    _write_members(estate)
    _write_holdings(estate, places)
    _write_statuses(estate, places)


def update_rows(model: type[Model], fields: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """One UPDATE for all: each of `rows` is the primary key followed by the values of `fields`."""
    wanted = list(rows)
    if not wanted:
        return
    columns: list[Any] = [model._meta.get_field(name) for name in ("id", *fields)]
    types = [(_type_of(field), field.column) for field in columns]
    arrays = ", ".join(f"%s::{db_type}[]" for db_type, _column in types)
    names = ", ".join(f'"{column}"' for _type, column in types)
    sets = ", ".join(f'"{column}" = v."{column}"' for _type, column in types[1:])
    sql = f'UPDATE "{model._meta.db_table}" t SET {sets} FROM unnest({arrays}) AS v({names}) WHERE t.id = v.id'  # noqa: S608
    with connection.cursor() as cursor:
        cursor.execute(sql, [list(values) for values in zip(*wanted, strict=True)])


def _type_of(field: Any) -> str:
    return str(field.rel_db_type(connection) if field.primary_key else field.db_type(connection))


def _write_places(estate: Estate) -> dict[str, int]:
    """Ids by code, of every place of the site."""
    new = [place for place in estate.places.values() if place.pk is None]
    changed = [place for place in estate.places.values() if place.is_changed and place.pk is not None]
    if new:
        made = insert_places(estate.site, root_of(estate.site.pk), [place.as_new() for place in new])
        for place in new:
            place.pk = made[place.code].pk
    ids = {place.code: place.pk for place in estate.places.values() if place.pk is not None}
    rows = [
        (place.pk, ids[place.parent or estate.root], place.path, place.floor_no, *place.facts.values())
        for place in changed
    ]
    update_rows(Place, ("parent", "path", "floor_no", *estate.places[estate.root].facts), rows)
    if new or changed:
        count_layout_change(estate.site.pk)
    return ids


def _write_customers(estate: Estate) -> None:
    new = [customer for customer in estate.touched if customer.pk is None]
    made = _insert(
        Customer,
        (
            Customer(site=estate.site, kind=c.kind, name=c.name, initials=initials_of(c.name), id_no=c.id_no)
            for c in new
        ),
    )
    changed = [customer for customer in estate.touched if customer.pk is not None and customer.is_changed]
    rows = [(c.pk, c.kind, c.name, initials_of(c.name), c.id_no) for c in changed]
    update_rows(Customer, ("kind", "name", "initials", "id_no"), rows)
    for customer, row in zip(new, made, strict=True):
        customer.pk = row.pk
    _write_phones(estate, [customer for customer in estate.touched if customer.has_new_phones])


def _write_phones(estate: Estate, customers: list[CustomerState]) -> None:
    CustomerPhone.objects.filter(customer_id__in=[customer.pk for customer in customers]).delete()
    _insert(
        CustomerPhone,
        (
            CustomerPhone(site=estate.site, customer_id=_pk(customer), number=number, is_primary=position == 0)
            for customer in customers
            for position, number in enumerate(customer.phones)
        ),
    )


def _write_accounts(estate: Estate, places: dict[str, int]) -> None:
    new = [account for account in estate.accounts if account.pk is None]
    made = _insert(
        Account,
        (
            Account(
                site=estate.site,
                number=account.number,
                kind=account.kind,
                customer_id=_pk(account.customer),
                unit_id=places[account.unit] if account.unit else None,
                starts_on=account.starts_on,
            )
            for account in new
        ),
    )
    for account, row in zip(new, made, strict=True):
        account.pk = row.pk
    changed = [account for account in estate.accounts if account.is_changed]
    update_rows(Account, ("starts_on",), [(account.pk, account.starts_on) for account in changed])
    _move_holdings(changed)


def _move_holdings(accounts: list[AccountState]) -> None:
    """The dwelling's own row follows its account's first day."""
    starts = {_pk(account): account.starts_on for account in accounts}
    rows = AccountPlace.objects.filter(account_id__in=starts, place=models.F("account__unit"))
    update_rows(AccountPlace, ("starts_on",), [(r.pk, starts[r.account_id]) for r in rows])


def _write_members(estate: Estate) -> None:
    new = [(account, member) for account in estate.accounts for member in account.members if member.pk is None]
    _insert(
        HouseholdMember,
        (
            HouseholdMember(
                site=estate.site,
                account_id=_pk(account),
                customer_id=_pk(member.customer),
                relation=member.relation,
                starts_on=member.starts_on,
            )
            for account, member in new
        ),
    )
    members = (member for account in estate.accounts for member in account.members)
    changed = [(m.pk, m.relation, m.starts_on) for m in members if m.is_changed and m.pk is not None]
    update_rows(HouseholdMember, ("relation", "starts_on"), changed)


def _write_holdings(estate: Estate, places: dict[str, int]) -> None:
    ended = [(held.pk, ends_on) for held, ends_on in estate.released if held.pk is not None]
    update_rows(AccountPlace, ("ends_on",), ended)
    _insert(
        AccountPlace,
        (
            AccountPlace(
                site=estate.site, account_id=_pk(held.account), place_id=places[code], starts_on=held.starts_on
            )
            for code, held in estate.held.items()
            if held.pk is None
        ),
    )


def _write_statuses(estate: Estate, places: dict[str, int]) -> None:
    new = [(code, state) for code, state in estate.statuses.items() if state.pk is None]
    ended = [(s.follows.pk, s.starts_on) for _code, s in new if s.follows and s.follows.starts_on < s.starts_on]
    replaced = [s.follows.pk for _code, s in new if s.follows and s.follows.pk and s.follows.starts_on >= s.starts_on]
    update_rows(Occupancy, ("ends_on",), ended)
    Occupancy.objects.filter(pk__in=replaced).delete()
    _insert(
        Occupancy,
        (
            Occupancy(site=estate.site, place_id=places[code], status=state.status, starts_on=state.starts_on)
            for code, state in new
        ),
    )


def _insert(model: type[M], rows: Iterable[M]) -> list[M]:
    return model._default_manager.bulk_create(rows, batch_size=_BATCH)


def _pk(state: CustomerState | AccountState) -> int:
    """The id of something that is written by now."""
    if state.pk is None:
        raise AssertionError("written out of order")
    return state.pk
