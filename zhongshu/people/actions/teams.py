"""Teams, their leads, and the skills people can have."""

from collections.abc import Collection
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from zhongshu.identity import audit
from zhongshu.identity.actor import Actor
from zhongshu.identity.models import Site
from zhongshu.kernel.errors import Invalid
from zhongshu.people.errors import WrongSite
from zhongshu.people.kinds import Handing, TeamKind
from zhongshu.people.models import Skill, Staff, Team
from zhongshu.people.permissions import ARRANGE_PEOPLE

MOST_HANDING_MINUTES = 120


@transaction.atomic
def make_team(*, actor: Actor, at: datetime, site: Site, code: str, name: str, kind: TeamKind) -> Team:
    """A new team without a lead. Raises Invalid when the site has a team of that code."""
    actor.require(ARRANGE_PEOPLE, site.pk)
    team, is_new = Team.objects.get_or_create(site=site, code=code, defaults={"name": name, "kind": kind})
    if not is_new:
        raise Invalid(_("班组编码 %(code)s 已存在。") % {"code": code}, field="code")
    audit.record(actor=actor, at=at, verb="people.make_team", target=team, after={"code": code, "kind": kind})
    return team


@transaction.atomic
def set_lead(*, actor: Actor, at: datetime, team: Team, lead: Staff | None) -> Team:
    """Name the supervisor of a team. Raises WrongSite for somebody of another site."""
    actor.require(ARRANGE_PEOPLE, team.site_id)
    if lead is not None and lead.site_id != team.site_id:
        raise WrongSite(_("主管必须是本项目员工。"), field="lead")
    before = {"lead_id": team.lead_id}
    team.lead = lead
    team.save(update_fields=["lead"])
    audit.record(
        actor=actor, at=at, verb="people.set_lead", target=team, before=before, after={"lead_id": team.lead_id}
    )
    return team


@transaction.atomic
def set_handing(
    *, actor: Actor, at: datetime, team: Team, handing: str, handing_minutes: int, pool_kinds: Collection[str] = ()
) -> Team:
    """How new work of the team reaches somebody, and after how many minutes the machine sends it after all.

    Raises Invalid.
    """
    actor.require(ARRANGE_PEOPLE, team.site_id)
    if handing not in set(Handing):
        raise Invalid(_("没有这种派单方式。"), field="handing")
    if not 1 <= handing_minutes <= MOST_HANDING_MINUTES:
        raise Invalid(
            _("等候时间须在 1 至 %(most)d 分钟之间。") % {"most": MOST_HANDING_MINUTES}, field="handing_minutes"
        )
    names = ["handing", "handing_minutes", "pool_kinds"]
    before = audit.values(team, names)
    team.handing, team.handing_minutes, team.pool_kinds = handing, handing_minutes, sorted(pool_kinds)
    team.save(update_fields=names)
    after = audit.values(team, names)
    audit.record(actor=actor, at=at, verb="people.set_handing", target=team, before=before, after=after)
    return team


@transaction.atomic
def add_skill(*, actor: Actor, at: datetime, code: str, name: str) -> Skill:
    """A skill the company knows; the one that is there already, if it is."""
    actor.require(ARRANGE_PEOPLE)
    skill, is_new = Skill.objects.get_or_create(code=code, defaults={"name": name})
    if is_new:
        audit.record(actor=actor, at=at, verb="people.add_skill", target=skill, after={"code": code, "name": name})
    return skill
