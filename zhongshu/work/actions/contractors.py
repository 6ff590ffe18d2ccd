"""Contractors (委外): who is under contract, and orders handed to them."""

from collections.abc import Collection
from dataclasses import replace
from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from zhongshu.identity import audit
from zhongshu.identity.actor import Actor
from zhongshu.identity.models import Site
from zhongshu.identity.tokens import digest_of, link_secret
from zhongshu.kernel.clock import day_of
from zhongshu.kernel.errors import Invalid
from zhongshu.kernel.outbox import publish
from zhongshu.work.engine import clocks, telling
from zhongshu.work.engine.dated import end_today
from zhongshu.work.engine.moves import check_open, locked
from zhongshu.work.errors import ContractorUnsuitable, IllegalJobMove, LinkOver, NotYourOrder
from zhongshu.work.events import ContractorMoved
from zhongshu.work.kinds import Stage
from zhongshu.work.lifecycle import (
    JOB_MOVES,
    JOB_OPEN,
    JOB_STATE_LABELS,
    JOB_VERB_LABELS,
    JobState,
    JobVerb,
    State,
    job_possible,
)
from zhongshu.work.models import Contractor, ContractorJob, WorkOrder
from zhongshu.work.permissions import ARRANGE_WORK, DISPATCH_ORDERS, is_assignee
from zhongshu.work.queries import contractors_for, job_by_token

BY_LINK = frozenset({JobVerb.CONFIRM, JobVerb.ARRIVE, JobVerb.FINISH})
MOST_MINUTES = 30 * 24 * 60
STAMPS = {
    JobVerb.CONFIRM: "confirmed_at",
    JobVerb.ARRIVE: "arrived_at",
    JobVerb.FINISH: "finished_at",
    JobVerb.RECALL: "recalled_at",
}


@transaction.atomic
def add_contractor(
    *,
    actor: Actor,
    at: datetime,
    site: Site,
    name: str,
    contact_name: str,
    phone: str,
    kinds: Collection[str],
    categories: Collection[str],
    arrive_minutes: int,
    starts_on: date,
    ends_on: date | None = None,
) -> Contractor:
    """A company under contract with the site. Raises NotFound without the right, Invalid."""
    actor.require(ARRANGE_WORK, site.pk)
    if not name.strip() or not phone.strip():
        raise Invalid(_("请写明单位名称和电话。"), field="phone" if name.strip() else "name")
    if ends_on is not None and ends_on <= starts_on:
        raise Invalid(_("合同的结束须晚于开始。"), field="ends_on")
    if not 1 <= arrive_minutes <= MOST_MINUTES:
        raise Invalid(_("到场时限须在 1 分钟至 30 天之间。"), field="arrive_minutes")
    facts = {"contact_name": contact_name.strip(), "phone": phone.strip(), "arrive_minutes": arrive_minutes}
    words = {"kinds": sorted(kinds), "categories": sorted(categories), "ends_on": ends_on}
    contractor, is_new = Contractor.objects.get_or_create(
        site=site, name=name.strip(), starts_on=starts_on, defaults=facts | words
    )
    if not is_new:
        raise Invalid(_("这家单位同一天开始的合同已登记过。"), field="name")
    after = {"name": contractor.name, **facts, **words}
    audit.record(actor=actor, at=at, verb="work.add_contractor", target=contractor, after=after)
    return contractor


@transaction.atomic
def end_contractor(*, actor: Actor, at: datetime, contractor_id: int) -> Contractor:
    """The contract ends today; what they have in hand they finish. Raises NotFound."""
    rows, missing = Contractor.objects.filter(pk=contractor_id), _("没有找到这家委外单位，或者您无权修改。")
    return end_today(rows, verb="work.end_contractor", missing=missing, actor=actor, at=at)


@transaction.atomic
def hand_to_contractor(
    *, actor: Actor, at: datetime, order_id: int, contractor_id: int, task: str = ""
) -> tuple[ContractorJob, str]:
    """Hand the order to a contractor; our assignee stays answerable. The job and the token of its link.

    The token is told once: only its hash is kept. Raises OrderNotFound, NotYourOrder, OrderEnded,
    ContractorUnsuitable.
    """
    order = _handed_by(actor, order_id)
    contractor = next((one for one in contractors_for(order, day_of(at)) if one.pk == contractor_id), None)
    if contractor is None:
        raise ContractorUnsuitable(_("这家单位今天没有这类工作的有效合同。"), field="contractor_id")
    if order.contractor_jobs.filter(state__in=JOB_OPEN).exists():
        raise ContractorUnsuitable(_("这张工单已委托给别的单位；请先收回。"), field="contractor_id")
    token = link_secret()
    job = ContractorJob.objects.create(
        site_id=order.site_id,
        order=order,
        contractor=contractor,
        state=JobState.HANDED,
        task=task.strip()[:300],
        digest=digest_of(token),
        handed_at=at,
        handed_by_id=actor.user_id,
        arrive_by=at + timedelta(minutes=contractor.arrive_minutes),
    )
    clocks.start_contractor(order, arrive_by=job.arrive_by, at=at)
    _noted(job, "hand_to_contractor", actor=actor, at=at)
    return job, token


@transaction.atomic
def renew_link(*, actor: Actor, at: datetime, order_id: int) -> str:
    """A new token; the old link is dead. Raises OrderNotFound, NotYourOrder, OrderEnded, LinkOver."""
    order = _handed_by(actor, order_id)
    job = order.contractor_jobs.filter(state__in=JOB_OPEN).first()
    if job is None:
        raise LinkOver(_("这张工单现在没有委托给任何单位。"))
    token = link_secret()
    job.digest = digest_of(token)
    job.save(update_fields=["digest"])
    audit.record(actor=actor, at=at, verb="work.renew_link", target=order, after={"job_id": job.pk})
    return token


@transaction.atomic
def move_job(
    *, actor: Actor, at: datetime, order_id: int, verb: str, people: str = "", result: str = ""
) -> ContractorJob:
    """Write down how far the contractor is, as they told us. Raises OrderNotFound, NotYourOrder, IllegalJobMove."""
    order = locked(order_id, actor=actor)
    _check_hands(actor, order)
    job = order.contractor_jobs.select_for_update(of=("self",)).select_related("contractor").first()
    if job is None:
        raise IllegalJobMove(_("这张工单没有委托给任何单位。"))
    job.order = order
    return _moved(job, JobVerb(verb), actor=actor, at=at, people=people, result=result)


@transaction.atomic
def move_job_by_link(
    *, actor: Actor, at: datetime, token: str, verb: str, people: str = "", result: str = ""
) -> ContractorJob:
    """The same by the contractor themselves; `actor` is nobody who is signed in. Raises LinkOver, IllegalJobMove."""
    job = job_by_token(token)
    WorkOrder.objects.select_for_update().get(pk=job.order_id)
    job = job_by_token(token)
    if verb not in BY_LINK:
        raise IllegalJobMove(_("这一步只能由物业登记。"))
    theirs = replace(actor, name=job.contractor.name)
    return _moved(job, JobVerb(verb), actor=theirs, at=at, people=people, result=result)


def _moved(job: ContractorJob, verb: JobVerb, *, actor: Actor, at: datetime, people: str, result: str) -> ContractorJob:
    to_state = JOB_MOVES[verb].get(JobState(job.state))
    if to_state is None:
        names = "、".join(str(JOB_VERB_LABELS[v]) for v in job_possible(JobState(job.state))) or _("无")
        words = {"state": JOB_STATE_LABELS[JobState(job.state)], "possible": names}
        raise IllegalJobMove(_("委外现在是“%(state)s”。现在可以：%(possible)s。") % words)
    if verb == JobVerb.FINISH and not result.strip():
        raise Invalid(_("请写明做了什么。"), field="result")
    job.state = to_state
    setattr(job, STAMPS[verb], at)
    job.people = people.strip()[:120] or job.people
    job.result = result.strip()[:500] or job.result
    job.save(update_fields=["state", STAMPS[verb], "people", "result"])
    if verb in (JobVerb.ARRIVE, JobVerb.RECALL):
        clocks.stop(job.order, {Stage.CONTRACTOR}, at=at)
    _noted(job, f"contractor_{verb}", actor=actor, at=at)
    telling.contractor_moved(job, at=at)
    return job


def _noted(job: ContractorJob, verb: str, *, actor: Actor, at: datetime) -> None:
    after = {"contractor": job.contractor.name, "state": job.state, "people": job.people, "result": job.result}
    audit.record(actor=actor, at=at, verb=f"work.{verb}", target=job.order, after=after)
    facts = {"contractor": job.contractor.name, "state": str(job.state)}
    publish(ContractorMoved(site_id=job.site_id, order_id=job.order_id, **facts), at=at)


def _handed_by(actor: Actor, order_id: int) -> WorkOrder:
    order = locked(order_id, actor=actor)
    _check_hands(actor, order)
    check_open(order)
    if order.state in (State.DONE, State.SIGNED_OFF):
        raise IllegalJobMove(_("工单已完工，不能再委托。"))
    return order


def _check_hands(actor: Actor, order: WorkOrder) -> None:
    if not (is_assignee(actor, order) or actor.may(DISPATCH_ORDERS, order.site_id)):
        raise NotYourOrder(_("只有处理人或派单的人可以委托外单位。"))
