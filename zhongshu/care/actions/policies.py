"""A new version of the table, of the company or of one site, and the day a site goes live."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import Max, Q
from django.utils.translation import gettext as _

from zhongshu.care.engine.running import last_run, lock, spans_with_default
from zhongshu.care.errors import NotNow
from zhongshu.care.models import Evaluation, GoLive, Policy
from zhongshu.care.permissions import SET_CARE_POLICY
from zhongshu.care.policies.checking import faults
from zhongshu.care.queries.tables import choices_of, followers, policy_on
from zhongshu.identity import audit
from zhongshu.identity.actor import Actor
from zhongshu.identity.models import Site
from zhongshu.kernel.errors import Invalid, NotFound

COMPANY = 0
"""The lock under which versions of the company are made; no site has that number."""


@transaction.atomic
def change_policy(*, actor: Actor, at: datetime, site_id: int | None, starts_on: date, **choices: Any) -> Policy:
    """A version from a day on: the one in force then, with these choices changed. Of the site, which follows its own
    versions from its first on; or (None) of the company, for every site without one of its own. What has been
    evaluated is not rewritten. Raises NotFound, and Invalid: a choice that makes no sense, nothing that differs, a day
    evaluated already.
    """
    require_setting(actor, site_id)
    refuse_faults(choices)
    site_ids = followers(starts_on) if site_id is None else [site_id]
    for each in site_ids if site_id else [COMPANY, *site_ids]:
        lock(each)
    spans = spans_with_default(site_id, at)
    _refuse_day(site_id, site_ids, starts_on, first=spans[0].policy)
    own = Policy.objects.filter(Q(site_id=site_id))
    before = choices_of(policy_on(spans, starts_on))
    facts = before | choices
    if facts == before:
        raise Invalid(_("和当天执行的规则没有不同，不用另存一版。"))
    version = own.count() + (2 if site_id else 1)  # the first of all is the company's
    policy = Policy.objects.create(
        site_id=site_id, version=version, starts_on=starts_on, made_at=at, made_by_id=actor.user_id, **facts
    )
    after = {"version": version, "starts_on": starts_on, **choices}
    audit.record(actor=actor, at=at, verb="care.change_policy", target=policy, after=after)
    return policy


def require_setting(actor: Actor, site_id: int | None) -> None:
    """Who sets the company's table holds the right everywhere. Raises NotFound."""
    actor.require(SET_CARE_POLICY, site_id)
    if site_id is None and actor.sites(SET_CARE_POLICY) is not None:
        raise NotFound(_("没有找到，或者您无权查看。"))


def refuse_faults(choices: Mapping[str, Any]) -> None:
    """Raises Invalid with the first fault, naming the field."""
    for fault in faults(choices):
        raise Invalid(fault.message, field=fault.field)


def _refuse_day(site_id: int | None, site_ids: list[int], starts_on: date, *, first: Policy) -> None:
    last = Evaluation.objects.filter(site_id__in=site_ids).aggregate(day=Max("to_on"))["day"]
    if last and starts_on <= last:
        raise Invalid(_("%(day)s 已经评估过，新规则只能从以后开始。") % {"day": last}, field="starts_on")
    if starts_on <= first.starts_on:
        raise Invalid(_("新规则要在第一版（%(day)s）之后开始。") % {"day": first.starts_on}, field="starts_on")
    if Policy.objects.filter(Q(site_id=site_id), starts_on=starts_on).exists():
        raise Invalid(_("已经有从 %(day)s 开始的一版，请另选一天。") % {"day": starts_on}, field="starts_on")


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
