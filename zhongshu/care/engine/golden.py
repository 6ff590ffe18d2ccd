"""The gold medal in the ledger: +20 for each year paid ahead, until the last prepaid day or the refund."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from django.db import connection

from zhongshu.care.engine.statements import rows, touch
from zhongshu.care.kinds import Manner, Rule, TaskState
from zhongshu.care.models import Entry, EntryEnd, Policy, Task, TaskMove
from zhongshu.care.policies import sentences
from zhongshu.care.policies.gold import Ahead, Gold, golds
from zhongshu.care.policies.table import KEEPER
from zhongshu.care.queries.tables import Span, policy_on

_BILLS = """
    SELECT account_id, month, CASE WHEN bool_and(cleared_on IS NOT NULL) THEN max(cleared_on) END
    FROM billing_service_months(%(site_id)s, %(accounts)s::bigint[], %(ignore_below)s, NULL)
    GROUP BY account_id, month
"""
_AHEADS = """
    SELECT prepayment.account_id, prepayment.starts_on, prepayment.ends_on, payment.received_on, prepayment.ended_on
    FROM billing_prepayment prepayment
    JOIN billing_chargeitem item ON item.id = prepayment.item_id AND item.is_recurring
    JOIN billing_payment payment ON payment.id = prepayment.payment_id
    WHERE prepayment.site_id = %(site_id)s AND prepayment.account_id = ANY (%(accounts)s::bigint[])
      AND NOT EXISTS (SELECT FROM billing_outflow gone WHERE gone.payment_id = payment.id AND gone.kind = 'bounce')
"""


def settle(values: Mapping[str, Any], *, spans: Sequence[Span]) -> None:
    """Bring the ledger of whoever paid far ahead, or did once, to what is true as of the morning of `upto`."""
    found = far_ahead(values, policy_on(spans, values["upto"]))
    standing = _standing(values["site_id"], found)
    for account_id, wanted in found.items():
        _reconcile(account_id, wanted, standing[account_id], values=values, spans=spans)


def far_ahead(values: Mapping[str, Any], policy: Policy) -> dict[int, list[Gold]]:
    """By account the years paid ahead as of the morning of `upto`; also for whoever was given one before."""
    accounts = [row[0] for row in rows("paid_ahead", {**values, "months": policy.prepaid_months})]
    if not accounts:
        return {}
    asked = {"site_id": values["site_id"], "accounts": accounts, "ignore_below": policy.ignore_below}
    bills, aheads = _bills(asked), _aheads(asked)
    months, before = policy.prepaid_months, values["upto"]
    return {pk: golds(bills[pk], aheads[pk], months=months, before=before) for pk in accounts}


def _asked(sql: str, values: Mapping[str, Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return list(cursor.fetchall())


def _bills(values: Mapping[str, Any]) -> dict[int, dict[date, date | None]]:
    found: dict[int, dict[date, date | None]] = defaultdict(dict)
    for account_id, month, paid_on in _asked(_BILLS, values):
        found[account_id][month] = paid_on
    return found


def _aheads(values: Mapping[str, Any]) -> dict[int, list[Ahead]]:
    found: dict[int, list[Ahead]] = defaultdict(list)
    for account_id, *facts in _asked(_AHEADS, values):
        found[account_id].append(Ahead(*facts))
    return found


def _standing(site_id: int, accounts: Iterable[int]) -> dict[int, list[Entry]]:
    rows_ = Entry.objects.filter(
        site_id=site_id, account_id__in=list(accounts), rule=Rule.PREPAID_12, reversal__isnull=True
    )
    found: dict[int, list[Entry]] = defaultdict(list)
    for row in rows_.prefetch_related("ends").order_by("pk"):
        found[row.account_id].append(row)
    return found


def _until(entry: Entry) -> date | None:
    ends = sorted(entry.ends.all(), key=lambda end: (end.recorded_at, end.pk))
    return ends[-1].in_force_until if ends else entry.in_force_until


def _reconcile(
    account_id: int,
    wanted: Sequence[Gold],
    standing: Sequence[Entry],
    *,
    values: Mapping[str, Any],
    spans: Sequence[Span],
) -> None:
    known = {entry.effective_on: entry for entry in standing}
    true = {gold.effective_on for gold in wanted}
    for entry in standing:
        if entry.effective_on not in true:
            _reverse(entry, values)
    for number, gold in enumerate(wanted, start=1):
        before = known.get(gold.effective_on)
        if before is None:
            _give(account_id, gold, number, policy=policy_on(spans, gold.effective_on), values=values)
        elif _until(before) != gold.until:
            _end_on(before, gold.until, values)


def _end_on(entry: Entry, until: date, values: Mapping[str, Any]) -> None:
    EntryEnd.objects.create(site_id=entry.site_id, entry=entry, recorded_at=values["at"], in_force_until=until)


def _give(account_id: int, gold: Gold, number: int, *, policy: Policy, values: Mapping[str, Any]) -> None:
    reason, customer_reason = sentences.of_prepayment((gold.until - timedelta(days=1)).isoformat())
    facts = {
        "site_id": values["site_id"],
        "account_id": account_id,
        "rule": Rule.PREPAID_12,
        "occurrence": number,
        "source": f"prepayment:{gold.effective_on}",
        "recorded_at": values["at"],
    }
    before = Entry.objects.filter(**{key: facts[key] for key in ("site_id", "account_id", "rule", "source")})
    Entry.objects.create(
        **facts,
        revision=before.filter(occurrence=number).count(),
        points=policy.prepaid_points,
        effective_on=gold.effective_on,
        in_force_until=gold.until,
        policy=policy,
        reason=reason,
        customer_reason=customer_reason,
    )
    if gold.until > values["upto"]:
        _hand_over(facts, values)


def _hand_over(facts: dict[str, Any], values: Mapping[str, Any]) -> None:
    """The keeper brings the gold card, once."""
    task, is_new = Task.objects.get_or_create(
        site_id=facts["site_id"],
        account_id=facts["account_id"],
        rule=facts["rule"],
        occurrence=facts["occurrence"],
        source=facts["source"],
        defaults={
            "recorded_at": values["at"],
            "opened_on": values["upto"],
            "roles": [KEEPER],
            "manner": Manner.DOOR,
        },
    )
    if is_new:
        _note(task, "", values)
        touch(task.pk)


def _note(task: Task, reason: str, values: Mapping[str, Any]) -> None:
    TaskMove.objects.create(
        site_id=task.site_id,
        task=task,
        on=values["upto"],
        recorded_at=values["at"],
        state=task.state,
        reason=reason,
    )


def _reverse(entry: Entry, values: Mapping[str, Any]) -> None:
    """The money never came: neither did the points, and nobody need bring a card."""
    Entry.objects.create(
        site_id=entry.site_id,
        account_id=entry.account_id,
        rule=Rule.REVERSAL,
        occurrence=entry.occurrence,
        points=-entry.points,
        effective_on=entry.effective_on,
        recorded_at=values["at"],
        in_force_until=_until(entry),
        policy_id=entry.policy_id,
        source=f"entry:{entry.pk}",
        reverses=entry,
        reason=f"撤销：{entry.reason}"[:300],  # matter
        customer_reason=f"更正：{entry.customer_reason}"[:300],  # matter
    )
    for task in Task.objects.filter(
        site_id=entry.site_id, account_id=entry.account_id, source=entry.source, state=TaskState.OPEN
    ):
        task.state = TaskState.WITHDRAWN
        task.save(update_fields=["state"])
        _note(task, "预交已撤销", values)  # matter
