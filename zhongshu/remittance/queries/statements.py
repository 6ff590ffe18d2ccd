"""Bank statements: files, lines, and what is still nobody's."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Count, Min, Q, QuerySet, Sum

from zhongshu.estate.models import Account
from zhongshu.estate.queries import found
from zhongshu.identity.actor import Actor
from zhongshu.kernel.money import ZERO
from zhongshu.remittance.kinds import StatementState
from zhongshu.remittance.models import BankStatement, StatementLine
from zhongshu.remittance.permissions import VIEW_BANKS


@dataclass(frozen=True, slots=True)
class LineFilter:
    """How lines of statements are narrowed. `since` and `until` are days of booking, both included."""

    state: str = ""
    text: str = ""
    bank_account_id: int | None = None
    statement_id: int | None = None
    since: date | None = None
    until: date | None = None
    least: Decimal | None = None
    is_certain: bool = False


@dataclass(frozen=True, slots=True)
class Unclaimed:
    """Money that came in and is nobody's yet. `looking`: lines for which nothing was looked for yet."""

    count: int
    total: Decimal
    oldest: date | None
    certain: int
    looking: int


def statements_listed(actor: Actor, *, site_id: int | None = None) -> QuerySet[BankStatement]:
    """The latest first, with how many lines are still `open`."""
    rows = actor.visible(BankStatement.objects.select_related("site", "bank_account", "imported_by"), VIEW_BANKS)
    counted = rows.annotate(open=Count("lines", filter=Q(lines__state=StatementState.OPEN)))
    return (counted.filter(site_id=site_id) if site_id else counted).order_by("-imported_at", "-pk")


def statement_lines_listed(actor: Actor, wanted: LineFilter, *, site_id: int | None = None) -> QuerySet[StatementLine]:
    """What is open by age, the oldest first; all else the latest first."""
    rows = actor.visible(StatementLine.objects.all(), VIEW_BANKS)
    said = Q(payer_name__icontains=wanted.text) | Q(remark__icontains=wanted.text) | Q(reference=wanted.text)
    conditions = [
        Q(site_id=site_id) if site_id else Q(),
        Q(state=wanted.state) if wanted.state else Q(),
        said if wanted.text else Q(),
        Q(bank_account_id=wanted.bank_account_id) if wanted.bank_account_id else Q(),
        Q(statement_id=wanted.statement_id) if wanted.statement_id else Q(),
        Q(booked_on__gte=wanted.since) if wanted.since else Q(),
        Q(booked_on__lte=wanted.until) if wanted.until else Q(),
        Q(amount__gte=wanted.least) if wanted.least is not None else Q(),
        Q(is_certain=True) if wanted.is_certain else Q(),
    ]
    order = ("booked_on", "pk") if wanted.state == StatementState.OPEN else ("-booked_on", "-pk")
    shown = rows.filter(*conditions).select_related("site", "bank_account", "account__unit", "payment", "settled_by")
    return shown.order_by(*order)


def statement_line_seen(actor: Actor, pk: int) -> StatementLine:
    """Raises NotFound."""
    return found(statement_lines_listed(actor, LineFilter()).filter(pk=pk))


def unclaimed(actor: Actor, site_id: int) -> Unclaimed:
    """What still waits to be dealt with at a site."""
    rows = actor.visible(StatementLine.objects.filter(site_id=site_id, state=StatementState.OPEN), VIEW_BANKS)
    said = rows.aggregate(
        count=Count("pk"),
        total=Sum("amount", default=ZERO),
        oldest=Min("booked_on"),
        certain=Count("pk", filter=Q(is_certain=True)),
        looking=Count("pk", filter=Q(suggestions__isnull=True)),
    )
    return Unclaimed(**said)


def unlooked(site_id: int) -> QuerySet[StatementLine]:
    """Open lines for which nobody has looked yet."""
    rows = StatementLine.objects.filter(site_id=site_id, state=StatementState.OPEN, suggestions__isnull=True)
    return rows.order_by("pk")


def accounts_named(ids: set[int]) -> dict[int, Account]:
    """The accounts that suggestions speak of, with their dwelling and owner."""
    return Account.objects.select_related("unit", "customer").in_bulk(ids)
