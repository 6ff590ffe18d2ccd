"""What the rule of matching needs to know, read for many lines at once: who is named, who paid, who owes what."""

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from django.db.models import Q

from zhongshu.billing.models import Charge
from zhongshu.estate.addressing import resolve
from zhongshu.estate.models import Account, AccountPlace, HouseholdMember
from zhongshu.estate.queries import layout_of
from zhongshu.kernel.periods import not_ended
from zhongshu.remittance.kinds import StatementState
from zhongshu.remittance.models import StatementLine
from zhongshu.remittance.policies.matching import Candidate, Debt, Paid, Suggestion, name_key, suggestions

MOST_PLACES = 4
_NUMBER = re.compile(r"[0-9A-Za-z][0-9A-Za-z-]{3,39}")


@dataclass(slots=True)
class _Known:
    """What speaks for which accounts, by line (`places`), by key of the payer, by name, by number."""

    places: dict[int, frozenset[int]] = field(default_factory=dict)
    payers: dict[str, set[int]] = field(default_factory=lambda: defaultdict(set))
    names: dict[str, set[int]] = field(default_factory=lambda: defaultdict(set))
    numbers: dict[str, int] = field(default_factory=dict)

    def of(self, line: StatementLine) -> set[int]:
        named = {self.numbers[number] for number in _NUMBER.findall(line.remark) if number in self.numbers}
        return {
            *self.places.get(line.pk, ()),
            *self.payers.get(line.payer_key, ()),
            *self.names.get(name_key(line.payer_name), ()),
            *named,
        }


def suggested(site_id: int, lines: Sequence[StatementLine]) -> dict[int, tuple[Suggestion, ...]]:
    """The likeliest accounts of each line, by its key, in a number of statements that does not grow with the lines."""
    known = _Known(_places(site_id, lines), _payers(site_id, lines), _names(site_id, lines), _numbers(site_id, lines))
    candidates = _candidates({pk for line in lines for pk in known.of(line)})
    return {line.pk: suggestions(_paid(line, known), _those(known.of(line), candidates)) for line in lines}


def _paid(line: StatementLine, known: _Known) -> Paid:
    return Paid(
        amount=line.amount,
        payer_name=line.payer_name,
        remark=line.remark,
        named_places=known.places.get(line.pk, frozenset()),
        remembered=frozenset(known.payers.get(line.payer_key, ())),
    )


def _those(ids: Iterable[int], candidates: dict[int, Candidate]) -> list[Candidate]:
    return [candidates[pk] for pk in sorted(ids)]


def _places(site_id: int, lines: Sequence[StatementLine]) -> dict[int, frozenset[int]]:
    """Whose the dwellings and parking spaces were that the remarks name, on the day of the booking."""
    layout = layout_of(site_id)
    codes = {line.pk: _codes(resolve(line.remark, layout=layout).places) for line in lines if _may_name(line.remark)}
    wanted = {code for named in codes.values() for code in named}
    held: dict[str, list[AccountPlace]] = defaultdict(list)
    for row in AccountPlace.objects.filter(site_id=site_id, place__code__in=wanted).select_related("place"):
        held[row.place.code].append(row)
    by_key = {line.pk: line for line in lines}
    return {
        pk: theirs
        for pk, named in codes.items()
        if (theirs := _holders((row for code in named for row in held[code]), by_key[pk]))
    }


def _holders(rows: Iterable[AccountPlace], line: StatementLine) -> frozenset[int]:
    day = line.booked_on
    return frozenset(
        row.account_id for row in rows if row.starts_on <= day and (row.ends_on is None or row.ends_on > day)
    )


def _codes(places: Sequence[str]) -> Sequence[str]:
    """A remark that could mean half the site names nothing."""
    return places if len(places) <= MOST_PLACES else ()


def _may_name(remark: str) -> bool:
    return any(char.isdigit() or char in "一二三四五六七八九十" for char in remark)  # matter


def _payers(site_id: int, lines: Sequence[StatementLine]) -> dict[str, set[int]]:
    """The accounts for which money from the same bank account was confirmed."""
    keys = {line.payer_key for line in lines} - {""}
    rows = StatementLine.objects.filter(site_id=site_id, state=StatementState.MATCHED, payer_key__in=keys)
    found: dict[str, set[int]] = defaultdict(set)
    for key, account_id in rows.values_list("payer_key", "account_id").distinct():
        found[key].add(account_id)
    return found


def _names(site_id: int, lines: Sequence[StatementLine]) -> dict[str, set[int]]:
    """The accounts of people called so, while they are theirs or something is still owed."""
    wanted = {name for line in lines for name in (line.payer_name, name_key(line.payer_name))} - {""}
    first = min((line.booked_on for line in lines), default=None)
    if not wanted or first is None:
        return {}
    found: dict[str, set[int]] = defaultdict(set)
    owners = Account.objects.filter(site_id=site_id, customer__name__in=wanted)
    for name, pk in owners.values_list("customer__name", "pk"):
        found[name_key(name)].add(pk)
    members = HouseholdMember.objects.filter(not_ended(first), site_id=site_id, customer__name__in=wanted)
    for name, pk in members.values_list("customer__name", "account_id"):
        found[name_key(name)].add(pk)
    return found


def _numbers(site_id: int, lines: Sequence[StatementLine]) -> dict[str, int]:
    wanted = {number for line in lines for number in _NUMBER.findall(line.remark)}
    return dict(Account.objects.filter(site_id=site_id, number__in=wanted).values_list("number", "pk"))


def _candidates(ids: Collection[int]) -> dict[int, Candidate]:
    members, debts = _members(ids), _debts(ids)
    rows = Account.objects.filter(pk__in=ids).values_list("pk", "number", "customer__name")
    return {
        pk: Candidate(
            account_id=pk,
            number=number,
            owners=frozenset({name_key(owner)}),
            members=frozenset(members[pk]) - {name_key(owner)},
            debts=tuple(debts[pk]),
        )
        for pk, number, owner in rows
    }


def _members(ids: Collection[int]) -> dict[int, set[str]]:
    found: dict[int, set[str]] = defaultdict(set)
    rows = HouseholdMember.objects.filter(Q(ends_on__isnull=True), account_id__in=ids)
    for pk, name in rows.values_list("account_id", "customer__name"):
        found[pk].add(name_key(name))
    return found


def _debts(ids: Collection[int]) -> dict[int, list[Debt]]:
    found: dict[int, list[Debt]] = defaultdict(list)
    rows = Charge.objects.filter(account_id__in=ids, open_amount__gt=Decimal(0)).order_by("due_on", "pk")
    for pk, item, period, amount in rows.values_list("account_id", "item__code", "period_start", "open_amount"):
        found[pk].append(Debt(item, period, amount))
    return found
