"""The score as an evaluation leaves it, and what entering a band sets off."""

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from django.db import connection
from django.utils.translation import gettext as _

from zhongshu.care.engine.statements import perform
from zhongshu.care.kinds import BAND_LABELS, Band
from zhongshu.care.policies.table import band_of, clamped
from zhongshu.care.queries.tables import Span, policy_on
from zhongshu.cases.queries import role_holders
from zhongshu.identity.roles import Role
from zhongshu.messaging.actions import Telling, tell_all

REVIEW = timedelta(days=30)
TOLD_AT_ONCE = 5_000

_FALLS = "SELECT account_id, number, before, band, score, keeper_id FROM care_now_fall"
_CHANGED = """
    SELECT count(*) FROM (
        SELECT account_id FROM care_now_score
        UNION SELECT account_id FROM care_entry WHERE site_id = %(site_id)s AND id > %(last_entry)s
    ) changed
"""


def settle(values: Mapping[str, Any], *, spans: Sequence[Span]) -> int:
    """Write the scores that moved; how many accounts have a new entry, score, band or medal."""
    policy = policy_on(spans, values["upto"])
    bands = [{"name": name, "rank": rank, "least": least} for rank, (name, least) in enumerate(policy.bands)]
    initial = band_of(clamped(policy.initial_score), policy.bands)
    moved = perform("standings", {**values, "bands": json.dumps(bands), "initial_band": initial})
    if moved[0]:
        _set_off(values, due_days=policy.improvement_days)
    return _changed(values)


def _changed(values: Mapping[str, Any]) -> int:
    with connection.cursor() as cursor:
        cursor.execute(_CHANGED, values)
        return int(cursor.fetchone()[0])


def _set_off(values: Mapping[str, Any], *, due_days: int) -> None:
    """Plans and records are opened; keepers are told, of the lowest band the managers too."""
    day: date = values["upto"]
    holders = role_holders(values["site_id"], Role.SITE_MANAGER, at=values["at"])
    managers = tuple(holders.values_list("pk", flat=True))
    dated = {"plan_due_on": day + timedelta(days=due_days), "review_on": day + REVIEW}
    perform("falls", {**values, **dated, "manager_id": next(iter(managers), None)})
    with connection.cursor() as cursor:
        cursor.execute(_FALLS)
        falls = cursor.fetchall()
    for first in range(0, len(falls), TOLD_AT_ONCE):
        tell_all(_tellings(falls[first : first + TOLD_AT_ONCE], managers, values), at=values["at"])


def _tellings(falls: Iterable[Any], managers: tuple[int, ...], values: Mapping[str, Any]) -> Iterable[Telling]:
    title, body = _("%(account)s 的情感值从“%(before)s”降到“%(after)s”"), _("现在 %(score)s 分")
    labels = {band: str(label) for band, label in BAND_LABELS.items()}
    for account_id, number, before, after, score, keeper_id in falls:
        yield Telling(
            recipient_ids=(*([keeper_id] if keeper_id else []), *(managers if after == Band.PRIORITY else ())),
            site_id=values["site_id"],
            kind="band_fallen",
            title=title % {"account": number, "before": labels[before], "after": labels[after]},
            body=body % {"score": score},
            link=f"/care/accounts/{number}",
            dedupe_key=f"care:{account_id}:{after}:{values['upto']}",
        )
