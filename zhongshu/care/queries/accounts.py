"""Accounts that have a score."""

from datetime import date

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from zhongshu.estate.kinds import AccountKind
from zhongshu.estate.models import Account
from zhongshu.estate.queries import account_named
from zhongshu.kernel.errors import NotFound


def scored_account(
    code: str, on: date, *, site_id: int | None = None, among: "QuerySet[Account] | None" = None
) -> Account:
    """As `account_named`. Raises NotFound, also for the developer's unsold stock and partners of contracts; Invalid."""
    account = account_named(code, on, site_id=site_id, among=among)
    if account.kind != AccountKind.ORDINARY:
        raise NotFound(_("“%(number)s”不是住户的账户，没有情感值。") % {"number": account.number}, field="account")
    return account
