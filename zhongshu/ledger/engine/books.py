"""Writing into the books: the accounts of a site, whether a day is open, the entry with its legs."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, connection, transaction
from django.utils.translation import gettext as _
from django.utils.translation import override

from zhongshu.identity.actor import Actor
from zhongshu.kernel.errors import Invalid
from zhongshu.kernel.numbers import next_number_of_month
from zhongshu.kernel.sql import statement
from zhongshu.ledger.errors import AlreadyReversed, PeriodClosed, SourceUsed, Unbalanced
from zhongshu.ledger.kinds import CHART, FUND_LABELS, EntryKind, Fund
from zhongshu.ledger.models import Entry, LedgerAccount
from zhongshu.ledger.policies import Leg, as_posted, differences, interfund_difference
from zhongshu.ledger.queries import legs_of

PREFIX = "JZ"
_STANDING = """
    SELECT site.code, ledger_open_from(site.id), entry.id,
           (SELECT jsonb_agg(jsonb_build_array(account.fund, account.code, account.id))
            FROM ledger_ledgeraccount account WHERE account.site_id = site.id AND account.code = ANY(%s))
    FROM identity_site site LEFT JOIN ledger_entry entry ON entry.site_id = site.id AND entry.source = %s
    WHERE site.id = %s
"""
Accounts = dict[tuple[str, str], int]
"""Ids by fund and code."""


@dataclass(frozen=True, slots=True)
class Standing:
    """How the books of a site stand before an entry: the site's code, the first day open to entries (None: all are),
    the entry from that source, the accounts with the codes asked for."""

    site_code: str
    open_from: date | None
    entry_id: int | None
    accounts: Accounts


def write(
    *,
    actor: Actor,
    at: datetime,
    site_id: int,
    dated_on: date,
    kind: str,
    source: str,
    legs: Iterable[Leg],
    memo: str = "",
    reverses_id: int | None = None,
    entry_id: int | None = None,
) -> Entry:
    """The entry, posted now or before from the same source with the same legs; `entry_id`: reserved for it.

    Raises Unbalanced, SourceUsed, PeriodClosed, AlreadyReversed, Invalid.
    """
    if kind not in set(EntryKind):
        raise ValueError(f"{kind} is no kind of entry: kinds.EntryKind has them")
    entry = Entry(
        pk=entry_id,
        site_id=site_id,
        dated_on=dated_on,
        recorded_at=at,
        kind=str(kind),
        source=source,
        memo=memo,
        actor_id=actor.user_id,
        actor_name=actor.name,
        reverses_id=reverses_id,
    )
    said = balanced(legs)
    try:
        with transaction.atomic():
            return _posted(entry, said)
    except IntegrityError as error:  # somebody else was first
        return _the_first(entry, said, error)


def _posted(entry: Entry, legs: Sequence[Leg]) -> Entry:
    standing = _standing(entry, legs)
    if standing.entry_id is not None:
        return _the_same(Entry.objects.get(pk=standing.entry_id), legs)
    require_open(standing.open_from, entry.dated_on)
    # The number's row is held before accounts are opened: two who each wait for what the other holds would never end.
    entry.number = next_number_of_month(prefix=PREFIX, site_code=standing.site_code, day=entry.dated_on)
    accounts = _with_missing(standing.accounts, entry.site_id, legs)
    _insert(entry, [accounts[leg.fund, leg.code] for leg in legs], legs)
    return entry


def balanced(legs: Iterable[Leg]) -> list[Leg]:
    """The legs that say something. Raises Unbalanced."""
    said = as_posted(legs)
    if not said:
        raise Unbalanced(_("分录没有金额。"), field="legs")
    for fund, difference in differences(said).items():
        what = {"fund": FUND_LABELS[Fund(fund)], "difference": difference}
        raise Unbalanced(_("“%(fund)s”的借方和贷方相差 %(difference)s 元。") % what, field="legs")
    if difference := interfund_difference(said):
        raise Unbalanced(_("各资金之间的往来相差 %(difference)s 元。") % {"difference": difference}, field="legs")
    return said


def held_open(site_id: int) -> date | None:
    """The first day open to entries, None: all are. Nobody closes a month until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT ledger_open_from(%s)", [site_id])
        day: date | None = cursor.fetchone()[0]
    return day


def require_open(open_from: date | None, day: date) -> None:
    """Raises PeriodClosed."""
    if open_from is not None and day < open_from:
        raise PeriodClosed(_("%(day)s 所在的月份已经结账，不能再记账。") % {"day": day}, field="dated_on")


def _standing(entry: Entry, legs: Sequence[Leg]) -> Standing:
    """From here on until the transaction ends nobody closes a month of the site."""
    with connection.cursor() as cursor:
        cursor.execute(_STANDING, [[leg.code for leg in legs], entry.source, entry.site_id])
        code, open_from, before_id, accounts = cursor.fetchone()
    return Standing(code, open_from, before_id, {(fund, code): pk for fund, code, pk in json.loads(accounts or "[]")})


def _with_missing(accounts: Accounts, site_id: int, legs: Sequence[Leg]) -> Accounts:
    """Those used for the first time are made."""
    missing = {(leg.fund, leg.code) for leg in legs} - accounts.keys()
    if not missing:
        return accounts
    made = [_from_chart(site_id, fund, code) for fund, code in sorted(missing)]
    LedgerAccount.objects.bulk_create(made, ignore_conflicts=True)
    rows = LedgerAccount.objects.filter(site_id=site_id, code__in={code for _fund, code in missing})
    return accounts | {(fund, code): pk for fund, code, pk in rows.values_list("fund", "code", "pk")}


def _from_chart(site_id: int, fund: str, code: str) -> LedgerAccount:
    if fund not in set(Fund) or code not in CHART:
        raise Invalid(_("没有科目“%(code)s”。") % {"code": code}, field="legs")
    heading = CHART[code]
    with override("zh-hans"):
        name = str(heading.name)
    return LedgerAccount(site_id=site_id, fund=str(fund), code=code, name=name, kind=heading.kind.value)


def _insert(entry: Entry, account_ids: Sequence[int], legs: Sequence[Leg]) -> None:
    names = ("site_id", "number", "dated_on", "recorded_at", "kind", "source", "memo", "actor_id", "actor_name")
    values: dict[str, Any] = {name: getattr(entry, name) for name in ("pk", *names, "reverses_id")}
    values |= {"account_ids": list(account_ids), "amounts": [leg.amount for leg in legs]}
    with connection.cursor() as cursor:
        cursor.execute(statement("ledger", "post"), values)
        (entry.pk,) = cursor.fetchone()
    entry._state.adding = False


def _the_same(entry: Entry, legs: Sequence[Leg]) -> Entry:
    """The entry that is there already, if it says the same."""
    if sorted(legs_of(entry), key=_by_worth) != sorted(legs, key=_by_worth):
        raise SourceUsed(_("同一来源已经记过账（%(number)s），分录不同。") % {"number": entry.number}, field="source")
    return entry


def _the_first(entry: Entry, legs: Sequence[Leg], error: IntegrityError) -> Entry:
    """After the unique key refused ours: theirs, by source; or what it reverses has been reversed."""
    first = Entry.objects.filter(site_id=entry.site_id, source=entry.source).first()
    if first is not None:
        return _the_same(first, legs)
    if entry.reverses_id and Entry.objects.filter(reverses_id=entry.reverses_id).exists():
        raise AlreadyReversed(_("这笔分录已经冲销过。")) from error
    raise error


def _by_worth(leg: Leg) -> tuple[Any, ...]:
    return str(leg.fund), leg.code, leg.amount
