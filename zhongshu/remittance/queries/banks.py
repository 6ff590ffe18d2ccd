"""Our accounts at banks, who lets us collect, batches and their lines."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any, Final

from django.db import connection
from django.db.models import Count, Q, QuerySet, Sum

from zhongshu.estate.queries import found
from zhongshu.identity.actor import Actor
from zhongshu.kernel.periods import not_ended
from zhongshu.kernel.secrets import unseal
from zhongshu.remittance.kinds import DebitState
from zhongshu.remittance.layouts.debits import Debit
from zhongshu.remittance.layouts.spec import Layout, layout_of
from zhongshu.remittance.models import (
    BankAccount,
    DebitAuthorisation,
    DebitBatch,
    DebitLayout,
    DebitLine,
)
from zhongshu.remittance.permissions import KEEP_DEBITS, SET_UP_BANKS, VIEW_BANKS

SEALED_FOR: Final = "remittance.debit_account"


def bank_accounts_listed(actor: Actor, *, site_id: int | None = None) -> QuerySet[BankAccount]:
    rows = actor.visible(BankAccount.objects.select_related("site", "layout"), VIEW_BANKS)
    return rows.filter(site_id=site_id) if site_id else rows


def bank_account_seen(actor: Actor, pk: int) -> BankAccount:
    """Raises NotFound."""
    return found(bank_accounts_listed(actor).filter(pk=pk))


def layouts_listed(actor: Actor) -> QuerySet[DebitLayout]:
    """Those of the companies at whose sites banks may be set up."""
    sites = actor.sites(SET_UP_BANKS)
    rows = DebitLayout.objects.all()
    return rows if sites is None else rows.filter(company__site__in=sites).distinct()


def layout_seen(actor: Actor, pk: int) -> DebitLayout:
    """Raises NotFound."""
    return found(layouts_listed(actor).filter(pk=pk))


def authorisations_listed(
    actor: Actor, *, site_id: int | None = None, text: str = "", is_running: bool = False, on: date | None = None
) -> QuerySet[DebitAuthorisation]:
    """By unit. `text`: part of the unit's label or of the holder, or the account's number. `is_running`: that day."""
    rows = actor.visible(DebitAuthorisation.objects.all(), KEEP_DEBITS)
    said = Q(account__unit__label__icontains=text) | Q(account__number__iexact=text) | Q(holder__icontains=text)
    conditions = [
        Q(site_id=site_id) if site_id else Q(),
        said if text else Q(),
        not_ended(on) if is_running and on else Q(),
    ]
    shown = rows.filter(*conditions).select_related("site", "account__unit", "account__customer", "bank_account")
    return shown.order_by("account__unit__path_as_counted", "account_id", "-starts_on")


def authorisation_seen(actor: Actor, pk: int) -> DebitAuthorisation:
    """Raises NotFound."""
    return found(authorisations_listed(actor).filter(pk=pk))


def batches_listed(actor: Actor, *, site_id: int | None = None, state: str = "") -> QuerySet[DebitBatch]:
    """The latest first, each with what became of its lines (`paid`, `failed`, `collected` …)."""
    rows = actor.visible(DebitBatch.objects.all(), VIEW_BANKS)
    conditions = [Q(site_id=site_id) if site_id else Q(), Q(state=state) if state else Q()]
    shown = rows.filter(*conditions).select_related("site", "bank_account__layout", "made_by")
    return _counted(shown).order_by("-made_at", "-pk")


def _counted(rows: QuerySet[DebitBatch]) -> QuerySet[DebitBatch]:
    def lines(**wanted: Any) -> Count:
        return Count("lines", filter=Q(**{f"lines__{name}": value for name, value in wanted.items()}))

    return rows.annotate(
        paid=lines(state=DebitState.PAID),
        failed=lines(state=DebitState.FAILED),
        unknown=lines(state=DebitState.UNKNOWN),
        waiting=lines(state=DebitState.ASKED),
        booked=lines(payment__isnull=False),
        troubled=lines(trouble__gt=""),
        collected=Sum("lines__collected", default=Decimal(0)),
    )


def batch_seen(actor: Actor, pk: int) -> DebitBatch:
    """Raises NotFound."""
    return found(batches_listed(actor).filter(pk=pk))


def lines_listed(batch: DebitBatch, *, state: str = "", failure: str = "", text: str = "") -> QuerySet[DebitLine]:
    """In the order of the file."""
    said = Q(account__unit__label__icontains=text) | Q(account__number__iexact=text) | Q(reference__iexact=text)
    conditions = [
        Q(state=state) if state else Q(),
        Q(failure=failure) if failure else Q(),
        said | Q(authorisation__holder__icontains=text) if text else Q(),
    ]
    rows = DebitLine.objects.filter(*conditions, batch=batch)
    return rows.select_related("account__unit", "authorisation", "payment").order_by("sequence")


def debit_seen(actor: Actor, pk: int) -> DebitLine:
    """A line of a batch that the actor may keep. Raises NotFound."""
    rows = actor.visible(DebitLine.objects.filter(pk=pk), KEEP_DEBITS)
    return found(rows.select_related("batch", "account__unit", "authorisation"))


def layout_in(batch: DebitBatch) -> Layout:
    """How the bank of the batch wants its files. Raises NotFound where no layout is set (any more)."""
    return layout_of(found(DebitLayout.objects.filter(bank_accounts=batch.bank_account_id)).rules)


def debits_in(batch: DebitBatch, *, remark: str) -> list[tuple[DebitLine, Debit]]:
    """The lines with what the bank needs of them, account numbers in full."""
    rows = DebitLine.objects.filter(batch=batch).select_related("authorisation", "account__unit").order_by("sequence")
    return [(line, _debit(line, remark)) for line in rows]


def _debit(line: DebitLine, remark: str) -> Debit:
    allowed = line.authorisation
    return Debit(
        sequence=line.sequence,
        reference=line.reference,
        account_no=unseal(SEALED_FOR, allowed.sealed),
        holder=allowed.holder,
        amount=line.amount,
        agreement=allowed.agreement,
        bank_code=allowed.bank_code,
        remark=remark,
    )


def to_book(batch_id: int) -> QuerySet[DebitLine]:
    """Collected, and not in the books yet."""
    rows = DebitLine.objects.filter(batch_id=batch_id, state=DebitState.PAID, payment__isnull=True, trouble="")
    return rows.order_by("sequence")


def keepers_of(account_ids: Iterable[int], on: date) -> dict[int, list[int]]:
    """The accounts of each keeper (by user) whose territory their dwelling lies in that day, the nearest first."""
    with connection.cursor() as cursor:
        cursor.execute(_KEEPERS, {"accounts": list(account_ids), "on": on})
        return dict(cursor.fetchall())


_KEEPERS = """
    SELECT keeper_id, array_agg(account_id ORDER BY account_id) FROM (
        SELECT DISTINCT ON (account.id) account.id AS account_id, held.keeper_id
        FROM estate_account AS account
        JOIN estate_place AS unit ON unit.id = account.unit_id
        JOIN estate_place AS above ON above.site_id = unit.site_id
            AND above.code = ANY(string_to_array(unit.path, '/'))
        JOIN estate_keeperterritory AS held ON held.place_id = above.id
            AND held.starts_on <= %(on)s AND (held.ends_on IS NULL OR held.ends_on > %(on)s)
        WHERE account.id = ANY(%(accounts)s)
        ORDER BY account.id, length(above.path) DESC
    ) AS nearest GROUP BY keeper_id
"""
