"""Must be read: asked of roles and teams, confirmed by each of them."""

from collections.abc import Collection
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from zhongshu.identity import audit
from zhongshu.identity.actor import Actor
from zhongshu.identity.models import Site
from zhongshu.identity.roles import STAFF
from zhongshu.kernel.clock import day_of
from zhongshu.kernel.errors import Invalid
from zhongshu.kernel.outbox import publish
from zhongshu.kernel.words import short
from zhongshu.knowledge.engine.asking import enlist
from zhongshu.knowledge.errors import NothingToRead, RequestEnded
from zhongshu.knowledge.events import ReadingAsked
from zhongshu.knowledge.models import Article, ReadRequest, ReadTask
from zhongshu.knowledge.permissions import ASK_TO_READ
from zhongshu.knowledge.policies.dates import MOST_DAYS, remind_at
from zhongshu.knowledge.queries import article_by_id, in_force_at, may_at, my_open_tasks, not_found, request_by_id
from zhongshu.people.models import Team


@transaction.atomic
def ask_to_read(
    *,
    actor: Actor,
    at: datetime,
    article_id: int,
    site: Site | None,
    due_on: date,
    roles: Collection[str] = (),
    teams: Collection[Team] = (),
    note: str = "",
) -> ReadRequest:
    """Have everybody with one of the roles at the site (None: at any), or in one of the teams, read it until `due_on`.

    Who comes later is asked too while it runs. Raises NotFound, Invalid.
    """
    article = article_by_id(actor, article_id)
    if not may_at(actor, ASK_TO_READ, site.pk if site else None):
        raise not_found()
    said = short(note, field="note", most=200, what=_("说明"))
    _require_sensible(article, site, roles, teams, due_on, day=day_of(at))
    request = ReadRequest.objects.create(
        site=site,
        article=article,
        roles=sorted(roles),
        due_on=due_on,
        note=said,
        asked_at=at,
        asked_by_id=actor.user_id,
        remind_at=remind_at(due_on, at),
    )
    request.teams.set(teams)
    people = enlist(request, at=at)
    if not people:
        raise Invalid(_("所选岗位和班组里现在没有人。"), field="roles")
    after = {"article": article.code, "roles": sorted(roles), "due_on": due_on, "people": people}
    audit.record(actor=actor, at=at, verb="knowledge.ask_to_read", target=request, after=after)
    site_id = site.pk if site else None
    publish(ReadingAsked(site_id=site_id, article_id=article.pk, request_id=request.pk, people=people), at=at)
    return request


@transaction.atomic
def confirm_read(*, actor: Actor, at: datetime, article_id: int) -> list[ReadTask]:
    """I have read it: the version that counts now is kept with the time. Raises NotFound, NothingToRead."""
    article = article_by_id(actor, article_id)
    version = in_force_at(article.site_id, day_of(at)).filter(article=article).first()
    tasks = list(my_open_tasks(actor, article).select_for_update(of=("self",)))
    if not tasks or version is None:
        raise NothingToRead(_("这篇知识没有要求您确认阅读，或者您已经确认过。"))
    for task in tasks:
        task.read_at, task.version = at, version
        task.save(update_fields=["read_at", "version"])
        after = {"version": version.number}
        audit.record(actor=actor, at=at, verb="knowledge.confirm_read", target=task, site_id=task.site_id, after=after)
    return tasks


@transaction.atomic
def end_request(*, actor: Actor, at: datetime, request_id: int) -> ReadRequest:
    """Nobody has to read it any more; who has, has. Raises NotFound, RequestEnded."""
    seen = request_by_id(actor, request_id)
    if not may_at(actor, ASK_TO_READ, seen.site_id):
        raise not_found()
    request = ReadRequest.objects.select_for_update().get(pk=seen.pk)
    if request.ended_at is not None:
        raise RequestEnded(_("这项阅读要求已经取消。"))
    request.ended_at, request.remind_at = at, None
    request.save(update_fields=["ended_at", "remind_at"])
    audit.record(actor=actor, at=at, verb="knowledge.end_request", target=request)
    return request


def _require_sensible(
    article: Article, site: Site | None, roles: Collection[str], teams: Collection[Team], due_on: date, *, day: date
) -> None:
    if not in_force_at(article.site_id, day).filter(article=article).exists():
        raise Invalid(_("只能要求阅读正在使用的知识。"))
    if article.site_id is not None and (site is None or site.pk != article.site_id):
        raise Invalid(_("项目自有的知识只能要求本项目的人阅读。"))
    if not roles and not teams:
        raise Invalid(_("请选择岗位或班组。"), field="roles")
    if not set(roles) <= STAFF:
        raise Invalid(_("没有这个选项。"), field="roles")
    if any(site is None or team.site_id != site.pk for team in teams):
        raise Invalid(_("班组须是本项目的。"), field="teams")
    if not day <= due_on or (due_on - day).days > MOST_DAYS:
        raise Invalid(_("期限须在今天以后的一年之内。"), field="due_on")
