"""Who has to read what."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, F, Q, QuerySet

from zhongshu.identity.actor import Actor
from zhongshu.identity.models import RoleGrant
from zhongshu.kernel.periods import in_force
from zhongshu.knowledge.models import Article, ReadRequest, ReadTask, Version
from zhongshu.knowledge.permissions import VIEW_READERS
from zhongshu.knowledge.queries.articles import not_found
from zhongshu.people.models import Staff
from zhongshu.people.queries import employed_on


@dataclass(frozen=True, slots=True)
class TaskView:
    """A task with the newest settled version of its article."""

    task: ReadTask
    version: Version


def addressees(request: ReadRequest, day: date) -> dict[int, int | None]:
    """User → site where they belong: everybody whom the request means that day and who can sign in."""
    grants = RoleGrant.objects.filter(in_force(day), role__in=request.roles, user__is_active=True)
    if request.site_id is not None:
        grants = grants.filter(Q(site=request.site_id) | Q(site__isnull=True))
    found: dict[int, int | None] = dict(
        grants.order_by(F("site_id").desc(nulls_first=True)).values_list("user_id", "site_id")
    )
    teams = request.teams.values("pk")
    members = Staff.objects.filter(employed_on(day), team__in=teams, user__is_active=True)
    return found | dict(members.values_list("user_id", "site_id"))


def requests_visible(actor: Actor) -> QuerySet[ReadRequest]:
    """The requests of the sites at which the actor sees the readers, with `people` and `readers` counted there."""
    sites = actor.sites(VIEW_READERS)
    rows = ReadRequest.objects.select_related("article__site", "asked_by", "site")
    here = Q() if sites is None else Q(tasks__site__in=sites)
    if sites is not None:
        rows = rows.filter(Q(site__isnull=True) | Q(site__in=sites)) if sites else rows.none()
    read = Count("tasks", filter=here & Q(tasks__read_at__isnull=False))
    return rows.annotate(people=Count("tasks", filter=here), readers=read).order_by("-pk")


def request_by_id(actor: Actor, request_id: int) -> ReadRequest:
    """Raises NotFound, also for what the actor may not see."""
    request = requests_visible(actor).filter(pk=request_id).first()
    if request is None:
        raise not_found()
    return request


def people_asked(actor: Actor, request: ReadRequest) -> QuerySet[ReadTask]:
    """Everybody asked at the sites whose readers the actor sees; who has not read first."""
    rows = actor.visible(request.tasks.all(), VIEW_READERS)
    rows = rows.select_related("user__staff__team", "site", "version").defer("version__words")
    return rows.order_by(F("read_at").asc(nulls_first=True), "site__code", "user__name", "pk")


def unread_of(request: ReadRequest) -> QuerySet[ReadTask]:
    return request.tasks.filter(read_at__isnull=True)


def my_tasks(actor: Actor) -> QuerySet[ReadTask]:
    """What the person was asked to read and still is, or has read; what is to be read first."""
    running = Q(request__ended_at__isnull=True) | Q(read_at__isnull=False)
    rows = ReadTask.objects.filter(running, user=actor.user_id).select_related("request__article__site", "version")
    return rows.order_by(F("read_at").desc(nulls_first=True), "request__due_on", "pk")


def my_open_tasks(actor: Actor, article: Article) -> QuerySet[ReadTask]:
    """What the person has still to read about the article."""
    return ReadTask.objects.filter(
        user=actor.user_id, request__article=article, request__ended_at__isnull=True, read_at__isnull=True
    )


def titled(tasks: Iterable[ReadTask]) -> list[TaskView]:
    """The same with the titles of what is to be read. One statement."""
    rows = list(tasks)
    named = Version.objects.filter(article__in={task.request.article_id for task in rows}, published_at__isnull=False)
    newest = {version.article_id: version for version in named.defer("words").order_by("article_id", "number")}
    return [TaskView(task, newest[task.request.article_id]) for task in rows if task.request.article_id in newest]


def titles_of(article_ids: Iterable[int]) -> dict[int, str]:
    """The newest settled title of each. One statement."""
    rows = Version.objects.filter(article__in=set(article_ids), published_at__isnull=False).order_by("number")
    return dict(rows.values_list("article_id", "title"))
