"""How many are visited, and which answers are followed up."""

from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from zhongshu.community.models import CommunityRule
from zhongshu.community.permissions import SET_COMMUNITY_RULES
from zhongshu.identity import audit
from zhongshu.identity.actor import Actor
from zhongshu.identity.guards import may_everywhere
from zhongshu.kernel.clock import day_of
from zhongshu.kernel.errors import Invalid, NotFound


@transaction.atomic
def change_rule(
    *, actor: Actor, at: datetime, site_id: int | None, starts_on: date, visit_percent: int, low_mark: int
) -> CommunityRule:
    """From a day to come on; of the site, or (None) of the company. Visits follow it from the next quarter on, answers
    at once. Raises NotFound, Invalid.
    """
    actor.require(SET_COMMUNITY_RULES, site_id)
    if site_id is None and not may_everywhere(actor, SET_COMMUNITY_RULES):
        raise NotFound(_("没有找到，或者您无权查看。"))
    _refuse(starts_on, visit_percent, low_mark, today=day_of(at))
    facts = {"starts_on": starts_on, "visit_percent": visit_percent, "low_mark": low_mark}
    try:
        with transaction.atomic():
            rule = CommunityRule.objects.create(site_id=site_id, made_at=at, made_by_id=actor.user_id, **facts)
    except IntegrityError as error:
        raise Invalid(_("已经有从 %(day)s 开始的一版，请另选一天。") % {"day": starts_on}, field="starts_on") from error
    audit.record(actor=actor, at=at, verb="community.change_rule", target=rule, site_id=site_id, after=facts)
    return rule


def _refuse(starts_on: date, visit_percent: int, low_mark: int, *, today: date) -> None:
    if starts_on <= today:
        raise Invalid(_("开始日期要晚于今天。"), field="starts_on")
    if not 1 <= visit_percent <= 100:
        raise Invalid(_("每季度拜访比例：应当是 1 到 100 之间的整数。"), field="visit_percent")
    if not 1 <= low_mark <= 4:
        raise Invalid(_("几分以下要跟进：应当是 1 到 4 之间的整数。"), field="low_mark")
