"""One evaluation: everything that became true since the last, in one transaction, under the site's lock."""

import json
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import connection
from django.db.models import Max

from zhongshu.care.engine import complaints, golden, letters, lines, pauses, standings
from zhongshu.care.engine.statements import affected, clear, perform, rows
from zhongshu.care.models import Entry, EntryEnd, Evaluation, GoLive, Policy, Task
from zhongshu.care.policies import sentences
from zhongshu.care.policies.table import steps
from zhongshu.care.queries.tables import Span, policy_on, spans_of
from zhongshu.identity.actor import Actor
from zhongshu.identity.models import Site
from zhongshu.kernel.clock import day_of

A_DAY = timedelta(days=1)
MANY = 1_000


@dataclass(frozen=True, slots=True)
class Run:
    """The days `(after, upto]` of a site; `spans`: the policy day by day; `since`: what was recorded before is known,
    None: look at everything."""

    actor: Actor
    at: datetime
    site: Site
    after: date
    upto: date
    since: datetime | None
    spans: list[Span]
    live_on: date | None

    @property
    def policy(self) -> Policy:
        return policy_on(self.spans, self.upto)

    @property
    def values(self) -> dict[str, Any]:
        policy = self.policy
        return {
            "site_id": self.site.pk,
            "after": self.after,
            "upto": self.upto,
            "at": self.at,
            "since": self.since,
            "live_on": self.live_on,
            "dispute_days": policy.dispute_hold_days if policy.dispute_hold else None,
            "repeat_days": policy.legal_repeat_days,
            "per_day": policy.opening_per_keeper_day,
        }


def lock(site_id: int) -> None:
    """One at a time for each site, until the transaction ends; a killed one frees it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('care.evaluate'), %s)", [site_id % 2**31])


def last_run(site_id: int) -> Evaluation | None:
    """The one that evaluated the latest day."""
    return Evaluation.objects.filter(site_id=site_id).order_by("-to_on").first()


def spans_with_default(site_id: int | None, at: datetime) -> list[Span]:
    """The policy of the site (None: of the company); without any, the company gets the table of the document."""
    if not Policy.objects.filter(site=None).exists():
        Policy.objects.get_or_create(site=None, version=1, defaults={"made_at": at})
    return spans_of(site_id)


def begun(actor: Actor, at: datetime, site: Site, upto: date) -> Run | None:
    """The run up to that day; None where it has been evaluated already."""
    lock(site.pk)
    last = last_run(site.pk)
    if last is not None and last.to_on >= upto:
        return None
    after = last.to_on if last else min(_first_fact(site.pk, upto), upto) - A_DAY
    live_on = GoLive.objects.filter(site=site).values_list("on", flat=True).first()
    spans = spans_with_default(site.pk, at)
    since = None if any(_begins(span, after, upto) for span in spans) else _known_since(last)
    return Run(actor, at, site, after, upto, since, spans, live_on)


def _begins(span: Span, after: date, upto: date) -> bool:
    """A new version may have tiers, or years paid ahead, that are reached already."""
    return span.starts_on is not None and after < span.starts_on <= upto


def _known_since(last: Evaluation | None) -> datetime | None:
    """What a run of a past day left unseen was recorded long before: then everything is looked at."""
    if last is None or day_of(last.at) > last.to_on:
        return None
    return last.at - A_DAY  # what was under way then was recorded a little before


def _first_fact(site_id: int, upto: date) -> date:
    found = rows("first_fact", {"site_id": site_id})[0][0]
    return found if found is not None else upto


def carried_out(run: Run) -> Evaluation:
    """Write what became true, ask people to act, send what is to be sent; the run itself, with its counts."""
    before = _last_ids()
    clear()
    perform("prepare", tables_of(run.spans))
    complaints.enter(run.site.pk, upto=run.upto, at=run.at, spans=run.spans)
    pauses.note(run.values)
    found = perform("affected" if run.since else "everybody", run.values)
    golden.settle(run.values, spans=run.spans)
    if found[0]:
        _look_at_arrears(run)
    _perform_many("respond", run)
    if run.live_on is not None:
        perform("release", run.values)
    perform("supersede", run.values)
    lines.make(run.values, answer_days=run.policy.answer_days)
    notices = letters.send(run.values, actor=run.actor, grace_days=run.policy.grace_days)
    changed = standings.settle(run.values | _written(before), spans=run.spans)
    return Evaluation.objects.create(
        site=run.site,
        from_on=run.after + A_DAY,
        to_on=run.upto,
        at=run.at,
        accounts_changed=changed,
        entries=Entry.objects.filter(site=run.site, pk__gt=before["entry"]).count(),
        tasks=Task.objects.filter(site=run.site, pk__gt=before["task"]).exclude(roles=[]).count(),
        notices=notices,
    )


def _look_at_arrears(run: Run) -> None:
    perform("months", run.values | affected(run.values))
    for step in ("episodes", "firings", "demands", "legal"):
        perform(step, run.values)
    _perform_many("arrears", run)


def _perform_many(name: str, run: Run) -> None:
    """What follows is planned for as many rows as there are, once there are many."""
    if sum(perform(name, run.values)) > MANY:
        perform("counted", {})


def _last_ids() -> dict[str, int]:
    rows_of = {"entry": Entry.objects.all(), "task": Task.objects.all(), "end": EntryEnd.objects.all()}
    return {name: found.aggregate(last=Max("pk"))["last"] or 0 for name, found in rows_of.items()}


def _written(before: dict[str, int]) -> dict[str, Any]:
    return {"last_entry": before["entry"], "last_end": before["end"]}


def tables_of(spans: list[Span]) -> dict[str, str]:
    """What `prepare` writes down: the versions and their ladders."""
    policies = [
        {
            "id": span.policy.pk,
            "starts_on": span.starts_on,
            "ends_on": span.ends_on,
            "initial_score": span.policy.initial_score,
            "ignore_below": span.policy.ignore_below,
            "grace_days": span.policy.grace_days,
            "arrears_life": span.policy.arrears_life,
        }
        for span in spans
    ]
    found = [row for span in spans for row in _steps(span.policy)]
    return {"policies": json.dumps(policies, default=str), "steps": json.dumps(found)}


def _steps(policy: Policy) -> list[dict[str, Any]]:
    return [
        {
            "policy_id": policy.pk,
            "rule": step.rule,
            "occurrence": step.occurrence,
            "months": step.months,
            "points": step.points,
            "letter": step.letter,
            "roles": step.roles,
            "manner": step.manner,
            "rank": step.rank,
            "reason": said[0],
            "customer_reason": said[1],
        }
        for step in steps(policy.tiers, repeat_deducts=policy.repeat_deducts)
        for said in [sentences.of_arrears(step.rule, step.months)]
    ]
