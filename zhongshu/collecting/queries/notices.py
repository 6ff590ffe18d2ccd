"""Notices, and what became of them; what a notice would ask."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Final

from django.db import connection
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from zhongshu.billing.models import Charge
from zhongshu.billing.queries.arrears import arrears
from zhongshu.billing.queries.debts import policy_at
from zhongshu.collecting.kinds import NoticeKind
from zhongshu.collecting.models import DunningTemplate, Lawyer, Notice
from zhongshu.collecting.permissions import VIEW_NOTICES
from zhongshu.estate.models import Account
from zhongshu.estate.queries import found, search_accounts
from zhongshu.identity.actor import Actor
from zhongshu.identity.models import Site
from zhongshu.kernel.errors import Invalid
from zhongshu.kernel.money import ZERO
from zhongshu.kernel.periods import in_force
from zhongshu.kernel.sql import statement

_MOST_ACCOUNTS: Final = 200
_RELATED: Final = ("site", "account__customer", "account__unit")


def notices_of(account_id: int) -> "QuerySet[Notice]":
    """What the account was asked with, the latest first, with `deliveries`."""
    rows = Notice.objects.filter(account_id=account_id).prefetch_related("deliveries")
    return rows.order_by("-on", "-pk")


def notices_visible(actor: Actor) -> "QuerySet[Notice]":
    """The latest first."""
    return actor.visible(Notice.objects.select_related(*_RELATED), VIEW_NOTICES).order_by("-on", "-pk")


def lawyer_of(site_id: int, on: date) -> Lawyer | None:
    """Who may sign lawyer's letters for the site that day."""
    return Lawyer.objects.filter(in_force(on), site_id=site_id).first()


def templates_in_force(site: Site, on: date) -> dict[str, DunningTemplate]:
    """By kind: the site's own words that day, else the company's; kinds with none are left out."""
    rows = DunningTemplate.objects.filter(in_force(on), Q(site=site) | Q(site=None), company_id=site.company_id)
    ordered = sorted(rows, key=lambda row: row.site_id is not None)
    return {row.kind: row for row in ordered}


def fitting_kind(kind: NoticeKind, lawyer: Lawyer | None) -> NoticeKind:
    """A lawyer's letter is signed by a licensed lawyer, or it is none (律师法 13): then the formal demand."""  # matter
    return NoticeKind.FORMAL_DEMAND if kind == NoticeKind.LAWYER_LETTER and lawyer is None else kind


def owed_text() -> str:
    """The statement of what accounts owe past due, by charge; `owed_values` are its parameters."""
    return statement("collecting", "owed").replace("{{late_fees}}", statement("billing", "late_fees"))


def owed_values(site_id: int, account_ids: Sequence[int], *, on: date, today: date) -> dict[str, Any]:
    """Late fees of what is open now; of a past day, of all that may have been open then."""
    issued = Charge.objects.filter(site_id=site_id, account_id__in=account_ids, issued_on__lte=on, late_fee_of=None)
    return {
        "site_id": site_id,
        "account_ids": list(account_ids),
        "charge_ids": list(issued.values_list("pk", flat=True)) if on < today else None,
        "on": on,
        "today": today,
        "freezes": policy_at(site_id, on).freezes_disputed,
    }


@dataclass(frozen=True, slots=True)
class Candidate:
    """An account that may be asked: what a notice would name, in yuan."""

    account: Account
    months: int
    principal: Decimal
    late_fees: Decimal

    @property
    def total(self) -> Decimal:
        return self.principal + self.late_fees


def candidates(site_id: int, *, on: date, least_months: int, account_ids: Collection[int] | None) -> list[Candidate]:
    """The accounts of these (None: of the site) with so many months in arrears, or none asked for, that owe anything
    past due at the end of today; the most months first. Four statements."""
    behind = arrears(site_id, on=on, account_ids=account_ids)
    wanted = {pk for pk, one in behind.items() if one.months >= least_months}
    ids = sorted(wanted if least_months or account_ids is None else {*account_ids})
    sums = _sums(site_id, ids, on)
    accounts = Account.objects.select_related("customer", "unit").in_bulk(list(sums))
    found = [Candidate(accounts[pk], behind[pk].months if pk in behind else 0, *owed) for pk, owed in sums.items()]
    return sorted(found, key=lambda one: (-one.months, -one.total, one.account.pk))


def _sums(site_id: int, ids: Sequence[int], on: date) -> dict[int, tuple[Decimal, Decimal]]:
    text = f"SELECT account_id, sum(principal), sum(late_fee) FROM ({owed_text()}) owed GROUP BY account_id"  # noqa: S608 - our files
    with connection.cursor() as cursor:
        cursor.execute(text, owed_values(site_id, ids, on=on, today=on))
        return {row[0]: row[1:] for row in cursor.fetchall() if sum(row[1:], ZERO) > ZERO}


@dataclass(frozen=True, slots=True)
class Wanting:
    """What a list of notices is narrowed to; empty: all. `text`: a unit, an account's number, a name, a notice."""

    text: str = ""
    kind: str = ""
    state: str = ""
    evidence: str = ""
    since: date | None = None
    until: date | None = None


def notices_listed(actor: Actor, site_id: int, wanted: Wanting) -> "QuerySet[Notice]":
    """The latest first."""
    rows = notices_visible(actor).filter(site_id=site_id)
    exact = {"kind": wanted.kind, "state": wanted.state, "evidence": wanted.evidence, "on__gte": wanted.since}
    rows = rows.filter(**{name: value for name, value in (exact | {"on__lte": wanted.until}).items() if value})
    if wanted.text:
        accounts = [account.pk for account in search_accounts(site_id, wanted.text, limit=_MOST_ACCOUNTS)]
        rows = rows.filter(Q(account__in=accounts) | Q(number__iexact=wanted.text))
    return rows


def notice_seen(actor: Actor, notice_id: int) -> Notice:
    """Raises NotFound."""
    related = ("site__company", "account__site__company", "template", "lawyer", "made_by")
    return found(notices_visible(actor).select_related(*_RELATED, *related).filter(pk=notice_id))


def notice_numbered(actor: Actor, number: str) -> Notice:
    """Raises NotFound."""
    return found(notices_visible(actor).filter(number=number))


def account_ids_named(site_id: int, names: Collection[str], *, on: date) -> list[int]:
    """Accounts by number or by the code of the dwelling they hold that day. Raises Invalid, naming the unknown."""
    rows = Account.objects.filter(site_id=site_id)
    held = rows.filter(in_force(on), unit__code__in=names).values_list("unit__code", "pk")
    known = dict(held) | dict(rows.filter(number__in=names).values_list("number", "pk"))
    if missing := [name for name in names if name not in known]:
        raise Invalid(_("没有户号或房号“%(names)s”。") % {"names": "、".join(missing[:5])}, field="accounts")
    return list(known.values())


def versions_of(site: Site, kind: str) -> "QuerySet[DunningTemplate]":
    """The versions of a document's words for the site and its company, the latest first."""
    rows = DunningTemplate.objects.filter(Q(site=site) | Q(site=None), company_id=site.company_id, kind=kind)
    return rows.select_related("created_by").order_by("-starts_on", "-pk")
