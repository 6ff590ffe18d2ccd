"""What a site says about its rain and its rules."""

from datetime import date, datetime
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext as _

from zhongshu.cases.models import RainDay, ServiceRules
from zhongshu.cases.permissions import SET_SERVICE_RULES, TEND_CASES
from zhongshu.identity import audit
from zhongshu.identity.actor import Actor
from zhongshu.identity.models import Site
from zhongshu.kernel.clock import day_of
from zhongshu.kernel.errors import Invalid


@transaction.atomic
def record_rain(*, actor: Actor, at: datetime, site: Site, on: date, millimetres: Decimal | None = None) -> RainDay:
    """It rained at the site that day; twice is once. Raises NotFound, Invalid for a day to come."""
    actor.require(TEND_CASES, site.pk)
    if on > day_of(at):
        raise Invalid(_("还没有到这一天。"), field="on")
    if millimetres is not None and not 0 <= millimetres < 10_000:
        raise Invalid(_("雨量填毫米数。"), field="millimetres")
    given = {"millimetres": millimetres, "at": at, "by_id": actor.user_id}
    rain, made = RainDay.objects.get_or_create(site=site, on=on, defaults=given)
    if made:
        audit.record(actor=actor, at=at, verb="cases.record_rain", target=rain, after={"on": on})
    return rain


RULES = (
    "repeat_days",
    "alike_hours",
    "check_back_hours",
    "check_back_latest_hours",
    "judge_hours",
    "refusal_months",
    "sign_remind_days",
    "sign_lapse_days",
)


@transaction.atomic
def set_rules(*, actor: Actor, at: datetime, site: Site, **given: int) -> ServiceRules:
    """The site's rules from today on; nothing that is under way changes. Raises NotFound, Invalid."""
    actor.require(SET_SERVICE_RULES, site.pk)
    if given["check_back_latest_hours"] < given["check_back_hours"]:
        raise Invalid(_("最晚时间不能早于提醒时间。"), field="check_back_latest_hours")
    if given["sign_lapse_days"] <= given["sign_remind_days"]:
        raise Invalid(_("视为验收的时间须晚于提醒时间。"), field="sign_lapse_days")
    chosen = {name: given[name] for name in RULES}
    rules, _made = ServiceRules.objects.update_or_create(site=site, starts_on=day_of(at), defaults=chosen)
    audit.record(actor=actor, at=at, verb="cases.set_rules", target=rules, after=chosen)
    return rules
