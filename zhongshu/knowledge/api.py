"""Knowledge over `/api/v1`: search, read, what stands beside a call, write, settle, who has to read."""

from datetime import date, datetime
from enum import StrEnum
from typing import Annotated, Any

from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import Path, Query, Router, Schema, Status
from pydantic import Field, StringConstraints

from zhongshu.identity.actor import Actor
from zhongshu.identity.api_kit import Day, Line, Listed, PageNo, PageSize, Typed, Words, actor_of, paged, site_of
from zhongshu.identity.models import Site
from zhongshu.identity.roles import Role
from zhongshu.kernel.clock import day_of, now
from zhongshu.kernel.errors import Invalid
from zhongshu.knowledge import actions, queries
from zhongshu.knowledge.kinds import FOR_STAFF, ArticleKind, Audience
from zhongshu.knowledge.lifecycle import VersionState
from zhongshu.knowledge.models import Article, ReadRequest, ReadTask, Version
from zhongshu.knowledge.permissions import ASK_TO_READ, READ_KNOWLEDGE, VIEW_READERS, WRITE_KNOWLEDGE
from zhongshu.knowledge.policies.content import BODY_LENGTH, LINES_LENGTH, SOURCE_LENGTH, Content
from zhongshu.people.models import Team
from zhongshu.web.paging import page_of
from zhongshu.work.kinds import CATEGORY_LABELS, OrderKind, Urgency

router = Router(tags=["knowledge"])

Many = Annotated[str, StringConstraints(pattern=r"^[^\x00]*$", max_length=LINES_LENGTH)]
Id = Annotated[int, Path(ge=1, le=2**63 - 1)]
Number = Annotated[int, Path(ge=1, le=2**31 - 1)]


class ArticleVerb(StrEnum):
    """What can be done to a version, or (`retire`, `confirm`) to what is in use of its article."""

    SUBMIT = "submit"
    SEND_BACK = "send_back"
    PUBLISH = "publish"
    DISCARD = "discard"
    RETIRE = "retire"
    CONFIRM = "confirm"


class ArticleBrief(Schema):
    """`site` null: the company's. It counts from `starts_on` until (exclusive) `ends_on`."""

    article_id: int
    code: str
    kind: ArticleKind
    site: str | None
    number: int
    state: VersionState
    title: str
    title_en: str
    audience: Audience
    categories: list[str]
    urgencies: list[str]
    starts_on: date | None
    ends_on: date | None


class ArticleOut(ArticleBrief):
    """`first_minute`, `steps`, `says`: one instruction or sentence each. `body` is Markdown."""

    order_kinds: list[str]
    tags: list[str]
    source: str
    first_minute: list[str]
    steps: list[str]
    says: list[str]
    body: str
    written_by: str | None
    reviewed_by: str | None
    published_at: datetime | None
    review_due_on: date | None


class ArticlePage(Listed):
    items: list[ArticleBrief]


class BesideOut(Schema):
    """`first` is the procedure that fits best."""

    first: ArticleOut | None
    others: list[ArticleBrief]
    scripts: list[ArticleOut]


class ContentIn(Typed):
    """`first_minute`, `steps`, `says`: one instruction or sentence a line. Empty lists mean any."""

    title: Line
    title_en: Line = ""
    audience: Audience = Audience.STAFF
    categories: list[Line] = Field([], max_length=30)
    order_kinds: list[OrderKind] = Field([], max_length=20)
    urgencies: list[Urgency] = Field([], max_length=4)
    tags: list[Line] = Field([], max_length=20)
    source: Annotated[str, StringConstraints(pattern=r"^[^\x00]*$", max_length=SOURCE_LENGTH)] = ""
    first_minute: Many = ""
    steps: Many = ""
    says: Many = ""
    body: Annotated[str, StringConstraints(pattern=r"^[^\x00]*$", max_length=BODY_LENGTH)] = ""


class ArticleIn(ContentIn):
    """`site` empty: the company's."""

    site: Line = ""
    kind: ArticleKind


class ArticleMoveIn(Typed):
    """`note`: the reason of `send_back` and `retire`. `starts_on`, `review_months`: for `publish`."""

    verb: ArticleVerb
    note: Words = ""
    starts_on: Day | None = None
    review_months: int | None = Field(None, ge=1, le=60)


class HelpfulIn(Typed):
    is_helpful: bool
    note: Line = ""


class ReadRequestIn(Typed):
    """`site` empty: at all sites. `teams` are codes of teams of the site."""

    site: Line = ""
    roles: list[Role] = Field([], max_length=20)
    teams: list[Line] = Field([], max_length=50)
    due_on: Day
    note: Line = ""


class ReadRequestOut(Schema):
    """`readers` of `people` have read it."""

    request_id: int
    article_id: int
    site: str | None
    roles: list[str]
    due_on: date
    people: int
    readers: int
    ended_at: datetime | None


class ReadRequestPage(Listed):
    items: list[ReadRequestOut]


class ReaderOut(Schema):
    """`number` is the version they have read."""

    user_id: int
    name: str
    site: str | None
    read_at: datetime | None
    number: int | None


class ReaderPage(Listed):
    items: list[ReaderOut]


class ReadTaskOut(Schema):
    request_id: int
    article_id: int
    due_on: date
    note: str
    read_at: datetime | None


class ReadTaskPage(Listed):
    items: list[ReadTaskOut]


class ArticleQuery(Schema):
    """`q`: Chinese, words, or initials of pinyin; the best first."""

    site: Line
    q: Line = ""
    kind: ArticleKind | None = None
    category: Line = ""


@router.get("/articles", response=ArticlePage, summary="What counts at a site")
def list_articles(
    request: HttpRequest, wanted: Query[ArticleQuery], page: PageNo = 1, page_size: PageSize = 20
) -> dict[str, Any]:
    site = site_of(actor_of(request), wanted.site, READ_KNOWLEDGE)
    in_force = queries.in_force_at(site.pk, day_of(now()))
    rows = queries.shown(in_force, FOR_STAFF, wanted.kind or "", wanted.category)
    if wanted.q:
        rows = queries.found_in(rows, wanted.q)
    return paged(request, page_of(rows, str(page), size=page_size), _brief)


@router.get("/articles/beside", response=BesideOut, summary="What to do and what to say")
def list_beside(
    request: HttpRequest, site: Line, category: Line = "", urgency: Urgency | None = None, text: Line = ""
) -> dict[str, Any]:
    """For a category and urgency; `text` is what the customer said. Without a category: what fits any."""
    place = site_of(actor_of(request), site, READ_KNOWLEDGE)
    if category and category not in CATEGORY_LABELS:
        raise Invalid(_("没有这个类别。"), field="category")
    found = queries.beside(place.pk, day_of(now()), category=category, urgency=urgency or "", text=text)
    return {
        "first": _whole(found.first) if found.first else None,
        "others": [_brief(version) for version in found.others],
        "scripts": [_whole(version) for version in found.scripts],
    }


@router.post("/articles", response={201: ArticleOut}, summary="Draft an article")
def draft_article(request: HttpRequest, said: ArticleIn) -> Status[dict[str, Any]]:
    actor, words = actor_of(request), said.model_dump()
    code, kind = words.pop("site"), words.pop("kind")
    site = site_of(actor, code, WRITE_KNOWLEDGE) if code else None
    version = actions.draft_article(actor=actor, at=now(), site=site, kind=kind, content=_content(words))
    return Status(201, _whole(version))


@router.get("/articles/{article_id}", response=ArticleOut, summary="An article")
def get_article(
    request: HttpRequest, article_id: Id, number: Annotated[int | None, Query(ge=1, le=2**31 - 1)] = None
) -> dict[str, Any]:
    """The version that counts today; `number`: that one."""
    actor = actor_of(request)
    return _whole(queries.version_of(actor, queries.article_by_id(actor, article_id), day_of(now()), number))


@router.post("/articles/{article_id}/versions", response={201: ArticleOut}, summary="Draft the next version")
def draft_version(request: HttpRequest, article_id: Id) -> Status[dict[str, Any]]:
    """With the words of the last one."""
    return Status(201, _whole(actions.new_version(actor=actor_of(request), at=now(), article_id=article_id)))


@router.post("/articles/{article_id}/own/{site_code}", response={201: ArticleOut}, summary="A site's own version")
def adapt_article(request: HttpRequest, article_id: Id, site_code: str) -> Status[dict[str, Any]]:
    """A draft with the company's words; once published it counts at the site instead."""
    actor = actor_of(request)
    site = site_of(actor, site_code, WRITE_KNOWLEDGE)
    return Status(201, _whole(actions.adapt(actor=actor, at=now(), article_id=article_id, site=site)))


@router.put("/articles/{article_id}/versions/{number}", response=ArticleOut, summary="Other words for a draft")
def put_draft(request: HttpRequest, article_id: Id, number: Number, said: ContentIn) -> dict[str, Any]:
    actor = actor_of(request)
    version = _version(actor, article_id, number)
    actions.edit_draft(actor=actor, at=now(), version_id=version.pk, content=_content(said.model_dump()))
    return _whole(_version(actor, article_id, number))


@router.post("/articles/{article_id}/versions/{number}/moves", response=ArticleOut, summary="Review, publish, retire")
def move_version(request: HttpRequest, article_id: Id, number: Number, said: ArticleMoveIn) -> dict[str, Any]:
    """Refused with `illegal_version_move` from the wrong state, with `own_text` for who wrote it."""
    actor, at = actor_of(request), now()
    version = _version(actor, article_id, number)
    given: dict[str, Any] = {"actor": actor, "at": at}
    match said.verb:
        case ArticleVerb.SUBMIT:
            actions.submit(version_id=version.pk, note=said.note, **given)
        case ArticleVerb.SEND_BACK:
            actions.send_back(version_id=version.pk, note=said.note, **given)
        case ArticleVerb.PUBLISH:
            given |= {"starts_on": said.starts_on, "review_months": said.review_months}
            actions.publish(version_id=version.pk, **given)
        case ArticleVerb.DISCARD:
            actions.discard(version_id=version.pk, **given)
        case ArticleVerb.RETIRE:
            actions.retire(article_id=article_id, note=said.note, **given)
        case ArticleVerb.CONFIRM:
            actions.confirm_right(article_id=article_id, note=said.note, **given)
    return _whole(_version(actor, article_id, number))


@router.post("/articles/{article_id}/feedback", response={204: None}, summary="Whether it helped")
def say_helpful(request: HttpRequest, article_id: Id, said: HelpfulIn) -> Status[None]:
    actor, at = actor_of(request), now()
    article = queries.article_by_id(actor, article_id)
    version = queries.version_of(actor, article, day_of(at))
    actions.say_helpful(actor=actor, at=at, version=version, site_id=article.site_id, **said.model_dump())
    return Status(204, None)


@router.post("/articles/{article_id}/readings", response={201: ReadRequestOut}, summary="Have it read")
def ask_to_read(request: HttpRequest, article_id: Id, said: ReadRequestIn) -> Status[dict[str, Any]]:
    actor, at = actor_of(request), now()
    site = site_of(actor, said.site, ASK_TO_READ) if said.site else None
    asked = actions.ask_to_read(
        actor=actor,
        at=at,
        article_id=article_id,
        site=site,
        due_on=said.due_on,
        roles=said.roles,
        teams=_teams(site, said.teams),
        note=said.note,
    )
    return Status(201, _asked(queries.request_by_id(actor, asked.pk)))


@router.post("/articles/{article_id}/receipt", response=list[ReadTaskOut], summary="I have read it")
def confirm_read(request: HttpRequest, article_id: Id) -> list[dict[str, Any]]:
    return [_task(task) for task in actions.confirm_read(actor=actor_of(request), at=now(), article_id=article_id)]


@router.get("/readings", response=ReadRequestPage, summary="What has to be read, and how many have")
def list_readings(request: HttpRequest, page: PageNo = 1, page_size: PageSize = 20) -> dict[str, Any]:
    actor = actor_of(request)
    actor.require(VIEW_READERS)
    return paged(request, page_of(queries.requests_visible(actor), str(page), size=page_size), _asked)


@router.get("/readings/mine", response=ReadTaskPage, summary="What I have to read")
def list_my_readings(request: HttpRequest, page: PageNo = 1, page_size: PageSize = 20) -> dict[str, Any]:
    actor = actor_of(request)
    actor.require(READ_KNOWLEDGE)
    return paged(request, page_of(queries.my_tasks(actor), str(page), size=page_size), _task)


@router.get("/readings/{request_id}/readers", response=ReaderPage, summary="Who has read it, and who has not")
def list_readers(request: HttpRequest, request_id: Id, page: PageNo = 1, page_size: PageSize = 20) -> dict[str, Any]:
    actor = actor_of(request)
    people = queries.people_asked(actor, queries.request_by_id(actor, request_id))
    return paged(request, page_of(people, str(page), size=page_size), _reader)


@router.delete("/readings/{request_id}", response={204: None}, summary="Nobody has to read it any more")
def end_reading(request: HttpRequest, request_id: Id) -> Status[None]:
    actions.end_request(actor=actor_of(request), at=now(), request_id=request_id)
    return Status(204, None)


def _content(words: dict[str, Any]) -> Content:
    plain: dict[str, Any] = {name: tuple(word) if isinstance(word, list) else word for name, word in words.items()}
    return Content(**plain)


def _version(actor: Actor, article_id: int, number: int) -> Version:
    return queries.version_of(actor, queries.article_by_id(actor, article_id), day_of(now()), number)


def _teams(site: Site | None, codes: list[str]) -> list[Team]:
    teams = list(Team.objects.filter(site=site, code__in=codes))
    if len(teams) < len(set(codes)):
        raise Invalid(_("班组须是本项目的。"), field="teams")
    return teams


def _site_code(row: Article | ReadRequest | ReadTask) -> str | None:
    return row.site.code if row.site else None


def _brief(version: Version) -> dict[str, Any]:
    article = version.article
    names = (
        "number", "state", "title", "title_en", "audience", "categories", "urgencies", "starts_on", "ends_on",
    )  # fmt: skip
    named = {"article_id": article.pk, "code": article.code, "kind": article.kind, "site": _site_code(article)}
    return named | {name: getattr(version, name) for name in names}


def _whole(version: Version) -> dict[str, Any]:
    names = ("order_kinds", "tags", "source", "body", "published_at")
    return (
        _brief(version)
        | {name: getattr(version, name) for name in names}
        | {
            "first_minute": version.first_minute_lines,
            "steps": version.step_lines,
            "says": version.said_lines,
            "written_by": version.written_by.name if version.written_by else None,
            "reviewed_by": version.reviewed_by.name if version.reviewed_by else None,
            "review_due_on": version.article.review_due_on,
        }
    )


def _asked(row: Any) -> dict[str, Any]:
    return {
        "request_id": row.pk,
        "article_id": row.article_id,
        "site": _site_code(row),
        "roles": row.roles,
        "due_on": row.due_on,
        "people": row.people,
        "readers": row.readers,
        "ended_at": row.ended_at,
    }


def _reader(task: ReadTask) -> dict[str, Any]:
    return {
        "user_id": task.user_id,
        "name": task.user.name,
        "site": _site_code(task),
        "read_at": task.read_at,
        "number": task.version.number if task.version else None,
    }


def _task(task: ReadTask) -> dict[str, Any]:
    wanted = task.request
    return {
        "request_id": wanted.pk,
        "article_id": wanted.article_id,
        "due_on": wanted.due_on,
        "note": wanted.note,
        "read_at": task.read_at,
    }
