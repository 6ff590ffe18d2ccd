"""The score as an evaluation leaves it, and what entering a band sets off."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.utils.translation import gettext as _

from zhongshu.care.engine.statements import rows
from zhongshu.care.kinds import BAND_LABELS, Band
from zhongshu.care.models import Entry, ImprovementPlan, PriorityRecord, Standing
from zhongshu.care.policies.table import band_of, clamped, has_fallen
from zhongshu.care.queries.tables import Span, policy_on
from zhongshu.cases.queries import role_holders
from zhongshu.estate.models import Account
from zhongshu.estate.queries import keeper_of
from zhongshu.identity.roles import Role
from zhongshu.messaging.actions import tell

REVIEW = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Fall:
    account_id: int
    before: Band
    after: Band
    score: int


def settle(values: Mapping[str, Any], *, spans: Sequence[Span]) -> int:
    """Write the scores that moved; how many accounts have a new entry, score, band or medal."""
    policy = policy_on(spans, values["upto"])
    found = rows("scores", values)
    known = {row.account_id: row for row in Standing.objects.filter(account_id__in=[row[0] for row in found])}
    fresh = {pk: _standing(pk, total, gold, policy.bands, values) for pk, total, gold in found}
    moved = {pk: row for pk, row in fresh.items() if _differs(row, known.get(pk))}
    _write(list(moved.values()))
    initial = band_of(clamped(policy.initial_score), policy.bands)
    falls = [
        Fall(pk, before, Band(row.band), row.score)
        for pk, row in moved.items()
        for before in [Band(known[pk].band) if pk in known else initial]
        if has_fallen(before, Band(row.band))
    ]
    for fall in falls:
        _set_off(fall, due_days=policy.improvement_days, values=values)
    return len(moved.keys() | _entered(values))


def _standing(pk: int, total: int, gold: bool, bands: list[list[Any]], values: Mapping[str, Any]) -> Standing:
    score = clamped(total)
    return Standing(
        site_id=values["site_id"],
        account_id=pk,
        score=score,
        band=band_of(score, bands),
        is_gold=gold,
        changed_on=values["upto"],
    )


def _differs(row: Standing, before: Standing | None) -> bool:
    return before is None or (row.score, row.band, row.is_gold) != (before.score, before.band, before.is_gold)


def _write(found: list[Standing]) -> None:
    Standing.objects.bulk_create(
        found,
        update_conflicts=True,
        unique_fields=["account"],
        update_fields=["score", "band", "is_gold", "changed_on"],
        batch_size=5_000,
    )


def _entered(values: Mapping[str, Any]) -> set[int]:
    new = Entry.objects.filter(site_id=values["site_id"], pk__gt=values["last_entry"])
    return set(new.values_list("account_id", flat=True))


def _set_off(fall: Fall, *, due_days: int, values: Mapping[str, Any]) -> None:
    account = Account.objects.select_related("unit", "customer").get(pk=fall.account_id)
    day: date = values["upto"]
    keeper = keeper_of(account.unit, day) if account.unit else None
    if fall.after == Band.POOR:
        ImprovementPlan.objects.get_or_create(
            site_id=account.site_id,
            account=account,
            opened_on=day,
            defaults={"due_on": day + timedelta(days=due_days), "owner": keeper},
        )
    managers = _managers(account, values) if fall.after == Band.PRIORITY else []
    if fall.after == Band.PRIORITY:
        PriorityRecord.objects.get_or_create(
            site_id=account.site_id,
            account=account,
            closed_on=None,
            defaults={"opened_on": day, "review_on": day + REVIEW, "owner_id": next(iter(managers), None)},
        )
    words = {"account": account.number, "before": BAND_LABELS[fall.before], "after": BAND_LABELS[fall.after]}
    tell(
        recipient_ids=[*([keeper.pk] if keeper else []), *managers],
        site_id=account.site_id,
        kind="band_fallen",
        title=_("%(account)s 的情感值从“%(before)s”降到“%(after)s”") % words,
        body=_("现在 %(score)s 分") % {"score": fall.score},
        link=f"/care/accounts/{account.number}",
        dedupe_key=f"care:{account.pk}:{fall.after}:{day}",
        at=values["at"],
    )


def _managers(account: Account, values: Mapping[str, Any]) -> list[int]:
    return list(role_holders(account.site_id, Role.SITE_MANAGER, at=values["at"]).values_list("pk", flat=True))
