"""Complaints of old books: closed cases with their judgement as it was, by the thousand. Nobody is told, nothing runs.

They are known by their numbers, which begin with LS and follow from what the old book says.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from json import dumps
from typing import Any, Final

from zhongshu.cases.classification import Category
from zhongshu.cases.kinds import SEVERITY_LABELS, ComplaintKind, EntryKind, Severity
from zhongshu.cases.lifecycle import CaseState, Channel
from zhongshu.cases.models import Case, CaseClosure, CaseEntry, Complaint, Judgement
from zhongshu.cases.policies.complaints import is_upheld
from zhongshu.estate.importing.taking import copy_rows, reserve_ids
from zhongshu.identity.actor import Actor
from zhongshu.identity.models import Site
from zhongshu.people.kinds import TeamKind
from zhongshu.work.kinds import Urgency

PREFIX: Final = "LS"
NOTE: Final = "历史投诉，随旧台账导入"  # matter: kept with the case
_CASE: Final = (
    "id", "site", "number", "channel", "text", "caller_name", "caller_phone", "customer", "account", "place",
    "place_text", "place_verdict", "category", "urgency", "team_kind", "referrals", "classification", "needs_person",
    "owner", "state", "further_call_count", "reopened_count", "opened_at", "closed_at",
)  # fmt: skip
_COMPLAINT: Final = (
    "site", "case", "kind", "subject", "is_anonymous", "at", "by", "judge_due_at", "judged_at",
)  # fmt: skip
_JUDGEMENT: Final = ("site", "case", "at", "by", "by_name", "upheld", "severity", "points", "criteria", "note")
_ENTRY: Final = ("site", "case", "at", "by", "by_name", "kind", "text")
_CLOSURE: Final = ("site", "case", "at", "by", "answer", "note")


@dataclass(frozen=True, slots=True)
class OldComplaint:
    """What an old book says: who complained when about what, and how it was judged. `points` are negative."""

    account_id: int
    customer_id: int
    place_id: int | None
    home: str
    text: str
    kind: ComplaintKind
    severity: Severity
    points: int
    said_at: datetime
    judged_at: datetime

    def number(self, site: Site, on: date) -> str:
        """The same for the same home, day and words."""
        told = hashlib.sha256(f"{self.home}|{on}|{self.text}".encode()).hexdigest()
        return f"{PREFIX}-{site.code}-{on:%Y%m%d}-{told[:8]}"


def write(complaints: Sequence[tuple[str, OldComplaint]], *, site: Site, actor: Actor) -> None:
    """All of them, each with its number: a few statements, whatever their count."""
    keys = reserve_ids(Case, len(complaints)) if complaints else []
    rows = [(pk, number, one) for pk, (number, one) in zip(keys, complaints, strict=True)]
    by = (actor.user_id, actor.name)
    copy_rows(Case, _CASE, (_case(site, *row, by=actor.user_id) for row in rows))
    copy_rows(Complaint, _COMPLAINT, (_complaint(site, pk, one, by=actor.user_id) for pk, _number, one in rows))
    copy_rows(Judgement, _JUDGEMENT, (_judgement(site, pk, one, *by) for pk, _number, one in rows))
    copy_rows(CaseEntry, _ENTRY, (line for pk, _number, one in rows for line in _lines(site, pk, one, *by)))
    copy_rows(CaseClosure, _CLOSURE, ((site.pk, pk, one.judged_at, actor.user_id, "", NOTE) for pk, _n, one in rows))


def _case(site: Site, pk: int, number: str, one: OldComplaint, *, by: int | None) -> tuple[Any, ...]:
    told = dumps({"imported": True})
    return (
        pk, site.pk, number, Channel.COUNTER.value, one.text, "", "", one.customer_id, one.account_id, one.place_id,
        one.home, "{}", Category.SERVICE_ATTITUDE.value, Urgency.P3.value, TeamKind.CUSTOMER_SERVICE.value, "[]", told,
        False, by, CaseState.CLOSED.value, 0, 0, one.said_at, one.judged_at,
    )  # fmt: skip


def _complaint(site: Site, pk: int, one: OldComplaint, *, by: int | None) -> tuple[Any, ...]:
    return (site.pk, pk, one.kind.value, "", False, one.said_at, by, one.judged_at, one.judged_at)


def _judgement(site: Site, pk: int, one: OldComplaint, by: int | None, by_name: str) -> tuple[Any, ...]:
    upheld = is_upheld(one.severity)
    return (site.pk, pk, one.judged_at, by, by_name, upheld, one.severity.value, one.points, "[]", NOTE)


def _lines(site: Site, pk: int, one: OldComplaint, by: int | None, by_name: str) -> list[tuple[Any, ...]]:
    judged = f"{SEVERITY_LABELS[one.severity]} {one.points}：{NOTE}"  # matter
    told = (
        (one.said_at, EntryKind.HEARD, NOTE),
        (one.judged_at, EntryKind.COMPLAINT, judged),
        (one.judged_at, EntryKind.CLOSED, NOTE),
    )
    return [(site.pk, pk, at, by, by_name, kind.value, text) for at, kind, text in told]
