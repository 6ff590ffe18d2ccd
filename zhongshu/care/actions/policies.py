"""A new version of the table, and the day a site goes live."""

from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from zhongshu.care.engine.running import last_run, lock, spans_with_default
from zhongshu.care.errors import NotNow
from zhongshu.care.models import GoLive, Policy
from zhongshu.care.permissions import SET_CARE_POLICY
from zhongshu.care.queries.tables import policy_on
from zhongshu.identity import audit
from zhongshu.identity.actor import Actor
from zhongshu.identity.models import Site
from zhongshu.kernel.errors import Invalid

CHOICES = (
    "initial_score", "tiers", "bands", "complaint_bands", "ignore_below", "grace_days", "repeat_deducts",
    "dispute_hold", "dispute_hold_days", "complaint_life", "arrears_life", "prepaid_points", "prepaid_months",
    "legal_repeat_days", "opening_per_keeper_day", "improvement_days", "evaluate_at",
)  # fmt: skip


@transaction.atomic
def change_policy(*, actor: Actor, at: datetime, site_id: int, starts_on: date, **choices: Any) -> Policy:
    """A version of the site's own from a day on: the one in force then, with these choices changed. What has been
    evaluated is not rewritten. Raises NotFound, and Invalid for a day evaluated already or a choice there is not.
    """
    actor.require(SET_CARE_POLICY, site_id)
    lock(site_id)
    unknown = sorted(choices.keys() - set(CHOICES))
    if unknown:
        raise Invalid(_("没有这样的规则：%(names)s。") % {"names": ", ".join(unknown)})
    last = last_run(site_id)
    if last is not None and starts_on <= last.to_on:
        raise Invalid(_("%(day)s 已经评估过，新规则只能从以后开始。") % {"day": last.to_on}, field="starts_on")
    before = policy_on(spans_with_default(site_id, at), starts_on)
    version = Policy.objects.filter(site_id=site_id).count() + 2  # the company's is the first
    facts = {name: getattr(before, name) for name in CHOICES} | choices
    policy = Policy.objects.create(
        site_id=site_id, version=version, starts_on=starts_on, made_at=at, made_by_id=actor.user_id, **facts
    )
    after = {"starts_on": starts_on, **choices}
    audit.record(actor=actor, at=at, verb="care.change_policy", target=policy, after=after)
    return policy


@transaction.atomic
def go_live(*, actor: Actor, at: datetime, site_id: int, on: date) -> GoLive:
    """What became due before that day are opening debts. Before the first evaluation only. Raises NotFound, NotNow."""
    actor.require(SET_CARE_POLICY, site_id)
    lock(site_id)
    if last_run(site_id) is not None:
        raise NotNow(_("已经评估过，不能再改上线日期。"))
    site = Site.objects.get(pk=site_id)
    live, _made = GoLive.objects.update_or_create(site=site, defaults={"on": on, "by_id": actor.user_id, "at": at})
    audit.record(actor=actor, at=at, verb="care.go_live", target=live, after={"on": on})
    return live
