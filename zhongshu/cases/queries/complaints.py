"""All reads of complaints and referrals."""

from collections.abc import Mapping
from datetime import datetime

from django.db.models import OuterRef, Q, QuerySet, Subquery

from zhongshu.cases.kinds import CRITERIA, ComplaintKind, Criterion, Severity
from zhongshu.cases.models import Case, Complaint, Judgement, Referral, ReferralBody
from zhongshu.cases.permissions import JUDGE_COMPLAINTS
from zhongshu.cases.policies import complaints as rules
from zhongshu.cases.queries import cases_visible, role_holders, team_lead_of
from zhongshu.estate.queries import keeper_of
from zhongshu.identity.actor import Actor
from zhongshu.identity.models import RoleGrant, Site, User
from zhongshu.identity.roles import Role
from zhongshu.kernel.clock import day_of
from zhongshu.kernel.periods import in_force
from zhongshu.work.policies.operating import desk_exists, has_team_walls


def complaints_listed(actor: Actor, site_id: int) -> QuerySet[Complaint]:
    """Those of the site that the actor may see; what waits for a judgement first, by when it is due."""
    rows = Complaint.objects.filter(site_id=site_id, case__in=cases_visible(actor))
    rows = rows.select_related("case__place", "case__owner", "against", "against_team", "site")
    return rows.order_by("-at", "-pk")


def complaint_of(case: Case) -> Complaint | None:
    return Complaint.objects.filter(case=case).select_related("against", "against_team").first()


def complained_about(complaint: Complaint) -> frozenset[int]:
    """Who never judges it: the person named, and the lead of the team named."""
    led = complaint.against_team and complaint.against_team.lead
    return frozenset(filter(None, [complaint.against_id, led.user_id if led else None]))


def judges_of(complaint: Complaint, *, at: datetime) -> tuple[int, ...]:
    """Who is to judge it, by the site's operating model."""
    holders = {role: _holders(complaint.site_id, role, at) for role in rules.JUDGES}
    has_desk = desk_exists(complaint.site.operating_model)
    return rules.judges(holders, against=complained_about(complaint), has_desk=has_desk)


def _holders(site_id: int, role: Role, at: datetime) -> list[int]:
    """Of the site; of quality and head office also those who look after every site."""
    here = list(role_holders(site_id, role, at=at).values_list("pk", flat=True))
    if here or role not in (Role.QUALITY, Role.HEAD_OFFICE):
        return here
    everywhere = RoleGrant.objects.filter(in_force(day_of(at)), role=role, site__isnull=True, user__is_active=True)
    return list(everywhere.order_by("user__username").values_list("user_id", flat=True))


def holders_of_lines(case: Case, *, at: datetime) -> Mapping[Role, int | None]:
    """Who has each role for this complaint: the place's keeper, the lead of their team (else the next above), the
    site manager. Without a keeper whoever heard it; on a small site the manager, who answers there."""
    keeper = keeper_of(case.place, day_of(at)) if case.place else None
    manager = _first(case.site_id, Role.SITE_MANAGER, at)
    answers = case.owner_id if has_team_walls(case.site.operating_model) else manager
    keeper_id = keeper.pk if keeper else _first(case.site_id, Role.KEEPER, at) or answers
    lead = team_lead_of(keeper_id)
    above = lead if lead not in (None, keeper_id) else _first(case.site_id, Role.SERVICE_LEAD, at) or manager
    return {Role.KEEPER: keeper_id, Role.SUPERVISOR: above, Role.SITE_MANAGER: manager}


def _first(site_id: int, role: Role, at: datetime) -> int | None:
    return next(iter(_holders(site_id, role, at)), None)


def may_judge(actor: Actor, complaint: Complaint) -> bool:
    """Whether the actor has the right and is not complained about."""
    named = complained_about(complaint)
    return actor.may(JUDGE_COMPLAINTS, complaint.site_id) and actor.user_id not in named


def criteria_by_severity() -> list[tuple[Severity, list[tuple[Criterion, str]]]]:
    """The written criteria, as the page for judging shows them."""
    return [
        (severity, [(each, str(text)) for each, (of, text) in CRITERIA.items() if of == severity])
        for severity in Severity
    ]


def directory(site: Site, *, also_unused: bool = False) -> list[ReferralBody]:
    """The bodies to refer people to; a site's own line takes the place of the general one of the same code."""
    rows = ReferralBody.objects.filter(Q(site=site) | Q(site__isnull=True)).order_by("position", "pk")
    by_code: dict[str, ReferralBody] = {}
    for body in rows:
        if body.site_id is not None or body.code not in by_code:
            by_code[body.code] = body
    bodies = sorted(by_code.values(), key=lambda body: (body.position, body.pk))
    return bodies if also_unused else [body for body in bodies if body.is_active]


def check_backs(actor: Actor, site_id: int) -> QuerySet[Referral]:
    """Referrals about which somebody has still to ask back, what is due first on top."""
    rows = Referral.objects.filter(site_id=site_id, settled_at__isnull=True, case__in=cases_visible(actor))
    return rows.select_related("case__owner", "case__place", "case__customer", "body", "site").order_by(
        "check_back_due_at", "pk"
    )


def referrals_of(case: Case) -> list[Referral]:
    return list(Referral.objects.filter(case=case).select_related("body", "by", "settled_by").order_by("pk"))


def staff_to_name(site_id: int) -> QuerySet[User]:
    """Whom a complaint may be against: who works at the site."""
    return User.objects.filter(staff__site_id=site_id, staff__left_on__isnull=True, is_active=True).order_by(
        "name", "pk"
    )


def signers_for(role: Role) -> tuple[Role, ...]:
    """Who signs when the customer is not content with what that role did."""
    return rules.SIGNS_FOR.get(role, ())


def narrowed(
    rows: QuerySet[Complaint],
    *,
    kind: str = "",
    severity: str = "",
    unjudged: bool = False,
    starts_at: datetime | None = None,
    ends_at: datetime | None = None,
) -> QuerySet[Complaint]:
    """A list narrowed; words that mean nothing narrow nothing. `severity` is that of the judgement in force."""
    in_force = Judgement.objects.filter(case=OuterRef("case"), reverses__isnull=True, reversal__isnull=True)
    rows = rows.annotate(severity=Subquery(in_force.order_by("-pk").values("severity")[:1]))
    if kind in set(ComplaintKind):
        rows = rows.filter(kind=kind)
    if severity in set(Severity):
        rows = rows.filter(severity=severity)
    if unjudged:
        rows = rows.filter(judged_at__isnull=True).exclude(kind=ComplaintKind.COMPLIMENT)
    if starts_at:
        rows = rows.filter(at__gte=starts_at)
    return rows.filter(at__lt=ends_at) if ends_at else rows
