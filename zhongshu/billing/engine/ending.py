"""Contracts that end: told in time, and over on their day."""

from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from zhongshu.billing.lifecycle import ContractState
from zhongshu.billing.models import Contract
from zhongshu.billing.permissions import MANAGE_CONTRACTS
from zhongshu.identity import audit
from zhongshu.identity.actor import system_actor
from zhongshu.identity.models import RoleGrant, User
from zhongshu.kernel.clock import day_of
from zhongshu.kernel.periods import in_force
from zhongshu.messaging.actions import tell

MOST_WARNED = timedelta(days=366)


@transaction.atomic
def watch(*, at: datetime) -> int:
    """Contracts whose term is over have ended; who manages contracts is told of those that end soon, once. How many."""
    today = day_of(at)
    rows = Contract.objects.select_for_update(of=("self",), skip_locked=True).select_related("account__customer")
    near = list(rows.filter(_is_near(today), state=ContractState.ACTIVE).order_by("ends_on", "pk"))
    told = 0
    for contract in near:
        if contract.ends_on <= today:
            _note(contract, at=at, state=ContractState.ENDED)
        elif contract.ends_on - timedelta(days=contract.warn_days) <= today:
            _note(contract, at=at, warned_at=at)
            _warn(contract, at=at)
            told += 1
    return told


def _is_near(today: date) -> Q:
    return Q(ends_on__lte=today) | Q(warned_at=None, ends_on__lte=today + MOST_WARNED)


def _note(contract: Contract, *, at: datetime, **facts: datetime | str) -> None:
    for name, value in facts.items():
        setattr(contract, name, value)
    contract.save(update_fields=list(facts))
    audit.record(actor=system_actor(), at=at, verb="billing.watch_contracts", target=contract, after=facts)


def _warn(contract: Contract, *, at: datetime) -> None:
    partner = contract.account.customer.name
    words = {"number": contract.number, "title": contract.title, "day": contract.ends_on, "partner": partner}
    tell(
        recipient_ids=_managers(contract, at=at).values_list("pk", flat=True),
        site_id=contract.site_id,
        kind="billing.contract_ending",
        title=_("合同将到期：%(number)s %(title)s") % words,
        body=_("%(partner)s 的合同于 %(day)s 到期，请联系续签。") % words,
        link=reverse("billing:contract", args=[contract.pk]),
        dedupe_key=f"contract:{contract.pk}:{contract.ends_on}",
        at=at,
    )


def _managers(contract: Contract, *, at: datetime) -> QuerySet[User]:
    covering = Q(site__isnull=True) | Q(site_id=contract.site_id)
    grants = RoleGrant.objects.filter(in_force(day_of(at)), covering, role__in=MANAGE_CONTRACTS.roles)
    return User.objects.filter(Exists(grants.filter(user=OuterRef("pk"))), is_active=True)
