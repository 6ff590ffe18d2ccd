"""Writes what was planned: a few statements per table, whatever the number of rows."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.db import connection, models
from django.db.models import Model

from zhongshu.estate.actions.places import count_layout_change
from zhongshu.estate.importing.state import FACTS, AccountState, CustomerState, Estate, PlaceState
from zhongshu.estate.initials import initials_of
from zhongshu.estate.models import Account, AccountPlace, Customer, CustomerPhone, HouseholdMember, Occupancy, Place
from zhongshu.estate.workbooks.progress import written


def write(estate: Estate) -> None:
    """Everything new and everything changed. The caller holds the transaction and the site's lock."""
    places = _write_places(estate)
    steps = (_write_customers, _write_accounts, _write_members, _write_holdings, _write_statuses)
    for done, step in enumerate(steps, start=1):
        written(done, of=len(steps) + 1)
        step(estate, places)


def reserve_ids(model: type[Model], count: int) -> list[int]:
    """The next `count` primary keys of the table, for rows that refer to each other before they are written."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)",
            [model._meta.db_table, count],
        )
        return [row[0] for row in cursor.fetchall()]


def copy_rows(model: type[Model], fields: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """COPY: each of `rows` holds the values of `fields`, which are all that have no default in the database."""
    columns = ", ".join(f'"{_column(model, name)}"' for name in fields)
    sql = f'COPY "{model._meta.db_table}" ({columns}) FROM STDIN'
    with connection.cursor() as cursor, connection.wrap_database_errors, cursor.copy(sql) as copy:
        for row in rows:
            copy.write_row(row)


def _column(model: type[Model], name: str) -> str:
    field: Any = model._meta.get_field(name)
    return str(field.column)


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
    for place, pk in zip(new, reserve_ids(Place, len(new)), strict=True):
        place.pk = pk
    ids = {place.code: place.pk for place in estate.places.values() if place.pk is not None}
    moving = ("parent", "path", "floor_no", *FACTS)
    _copy_places(estate, new, ids, moving)
    update_rows(Place, moving, [(place.pk, *_described(estate, place, ids)) for place in changed])
    if new or changed:
        count_layout_change(estate.site.pk)
    return ids


def _copy_places(estate: Estate, new: list[PlaceState], ids: dict[str, int], moving: Sequence[str]) -> None:
    """All at once: the database checks parents at the end of the transaction."""
    fields = ("id", "site", "kind", "code", "room_no", "is_active", *moving)
    fixed = ((p.pk, estate.site.pk, p.kind, p.code, p.room_no, True, *_described(estate, p, ids)) for p in new)
    copy_rows(Place, fields, fixed)


def _described(estate: Estate, place: PlaceState, ids: dict[str, int]) -> tuple[Any, ...]:
    """Parent, path, floor and facts of a place."""
    return ids[place.parent or estate.root], place.path, place.floor_no, *(place.facts[name] for name in FACTS)


def _write_customers(estate: Estate, _places: dict[str, int]) -> None:
    new = [customer for customer in estate.touched if customer.pk is None]
    changed = [customer for customer in estate.touched if customer.pk is not None and customer.is_changed]
    for customer, pk in zip(new, reserve_ids(Customer, len(new)), strict=True):
        customer.pk = pk
    fields = ("kind", "name", "initials", "id_no")
    rows = ((c.pk, c.kind, c.name, initials_of(c.name), c.id_no, estate.site.pk, "") for c in new)
    copy_rows(Customer, ("id", *fields, "site", "note"), rows)
    update_rows(Customer, fields, [(c.pk, c.kind, c.name, initials_of(c.name), c.id_no) for c in changed])
    _write_phones(estate, [customer for customer in estate.touched if customer.has_new_phones])


def _write_phones(estate: Estate, customers: list[CustomerState]) -> None:
    CustomerPhone.objects.filter(customer_id__in=[customer.pk for customer in customers]).delete()
    rows = (
        (estate.site.pk, _pk(customer), number, position == 0)
        for customer in customers
        for position, number in enumerate(customer.phones)
    )
    copy_rows(CustomerPhone, ("site", "customer", "number", "is_primary"), rows)


def _write_accounts(estate: Estate, places: dict[str, int]) -> None:
    new = [account for account in estate.accounts if account.pk is None]
    for account, pk in zip(new, reserve_ids(Account, len(new)), strict=True):
        account.pk = pk
    rows = (
        (a.pk, estate.site.pk, a.number, a.kind, _pk(a.customer), places[a.unit] if a.unit else None, a.starts_on)
        for a in new
    )
    copy_rows(Account, ("id", "site", "number", "kind", "customer", "unit", "starts_on"), rows)
    changed = [account for account in estate.accounts if account.is_changed]
    update_rows(Account, ("starts_on",), [(account.pk, account.starts_on) for account in changed])
    _move_holdings(changed)


def _move_holdings(accounts: list[AccountState]) -> None:
    """The dwelling's own row follows its account's first day."""
    starts = {_pk(account): account.starts_on for account in accounts}
    rows = AccountPlace.objects.filter(account_id__in=starts, place=models.F("account__unit"))
    update_rows(AccountPlace, ("starts_on",), [(r.pk, starts[r.account_id]) for r in rows])


def _write_members(estate: Estate, _places: dict[str, int]) -> None:
    members = [(account, member) for account in estate.accounts for member in account.members]
    rows = ((estate.site.pk, _pk(a), _pk(m.customer), m.relation, m.starts_on) for a, m in members if m.pk is None)
    copy_rows(HouseholdMember, ("site", "account", "customer", "relation", "starts_on"), rows)
    changed = [(m.pk, m.relation, m.starts_on) for _a, m in members if m.is_changed and m.pk is not None]
    update_rows(HouseholdMember, ("relation", "starts_on"), changed)


def _write_holdings(estate: Estate, places: dict[str, int]) -> None:
    ended = [(held.pk, ends_on) for held, ends_on in estate.released if held.pk is not None]
    update_rows(AccountPlace, ("ends_on",), ended)
    new = ((code, held) for code, held in estate.held.items() if held.pk is None)
    rows = ((estate.site.pk, _pk(held.account), places[code], held.starts_on) for code, held in new)
    copy_rows(AccountPlace, ("site", "account", "place", "starts_on"), rows)


def _write_statuses(estate: Estate, places: dict[str, int]) -> None:
    new = [(code, state) for code, state in estate.statuses.items() if state.pk is None]
    followed = [(state.follows, state.starts_on) for _code, state in new if state.follows]
    update_rows(Occupancy, ("ends_on",), [(was.pk, day) for was, day in followed if was.starts_on < day])
    replaced = [was.pk for was, day in followed if was.pk is not None and was.starts_on >= day]
    Occupancy.objects.filter(pk__in=replaced).delete()
    rows = ((estate.site.pk, places[code], state.status, state.starts_on) for code, state in new)
    copy_rows(Occupancy, ("site", "place", "status", "starts_on"), rows)


def _pk(state: CustomerState | AccountState) -> int:
    """The id of something that is written by now."""
    if state.pk is None:
        raise AssertionError("written out of order")
    return state.pk
