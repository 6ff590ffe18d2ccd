"""Keepers and legal affairs are told of debts that will be time-barred."""

from collections import defaultdict
from datetime import date, datetime
from typing import Any

from django.db import connection, transaction
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from zhongshu.collecting.policies.limitation import ALERT_MONTHS
from zhongshu.estate.models import Account
from zhongshu.estate.queries import keeper_of
from zhongshu.identity import audit
from zhongshu.identity.models import RoleGrant
from zhongshu.identity.roles import Role
from zhongshu.kernel.clock import day_of
from zhongshu.kernel.periods import in_force
from zhongshu.kernel.sql import statement
from zhongshu.messaging.actions import Telling, tell_all


@transaction.atomic
@audit.unaudited("each alert is a row of its own")
def alert_limitation(*, at: datetime, site_id: int) -> int:
    """Debts whose clock has run for 30 or 33 months are told of, once each: to the keeper, and to legal affairs. The
    number of accounts."""
    today = day_of(at)
    text = statement("collecting", "alert_limitation").replace("{{limitation}}", statement("collecting", "limitation"))
    wanted: dict[str, Any] = {"site_id": site_id, "account_ids": None, "on": today, "at": at}
    with connection.cursor() as cursor:
        cursor.execute(text, wanted | {"months": list(ALERT_MONTHS)})
        found = {row[0]: row[1:] for row in cursor.fetchall()}
    tell_all(_tellings(site_id, found, today), at=at)
    return len(found)


def _tellings(site_id: int, found: dict[int, tuple[int, int, date]], today: date) -> list[Telling]:
    """One a person and day, with how many accounts and how near."""
    accounts = Account.objects.select_related("unit").in_bulk(list(found))
    of: dict[int, list[tuple[int, int, date]]] = defaultdict(list)
    legal = _legal(site_id, today)
    for account_id, facts in found.items():
        unit = accounts[account_id].unit
        keeper = keeper_of(unit, today) if unit else None
        for user_id in {*legal, *([keeper.pk] if keeper else [])}:
            of[user_id].append(facts)
    return [_telling(user_id, site_id, rows, today) for user_id, rows in of.items()]


def _telling(user_id: int, site_id: int, rows: list[tuple[int, int, date]], today: date) -> Telling:
    facts = {"accounts": len(rows), "charges": sum(row[1] for row in rows), "day": min(row[2] for row in rows)}
    return Telling(
        recipient_ids=(user_id,),
        site_id=site_id,
        kind="limitation",
        title=_("%(accounts)s 户欠费的诉讼时效将近届满") % facts,
        body=_("共 %(charges)s 笔，最早的一笔 %(day)s 届满。请尽快送达催告并留存签收或回执。") % facts,
        link=reverse("collecting:limitation"),
        dedupe_key=f"limitation:{site_id}:{today}",
    )


def _legal(site_id: int, today: date) -> set[int]:
    """Legal affairs of the site; where there is nobody, its manager."""
    held = RoleGrant.objects.filter(in_force(today), Q(site_id=site_id) | Q(site=None), user__is_active=True)
    for role in (Role.LEGAL, Role.SITE_MANAGER):
        if found := set(held.filter(role=role).values_list("user_id", flat=True)):
            return found
    return set()
