"""Notices, and what became of them."""

from datetime import date
from typing import Final

from django.db.models import Q, QuerySet

from zhongshu.collecting.kinds import NoticeKind
from zhongshu.collecting.models import DunningTemplate, Lawyer, Notice
from zhongshu.collecting.permissions import VIEW_NOTICES
from zhongshu.identity.actor import Actor
from zhongshu.identity.models import Site
from zhongshu.kernel.periods import in_force

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
