"""Identity over `/api/v1`: oneself, the sites, numbers in full, users with their roles, tokens, the audit, jobs."""

from datetime import date, datetime, time
from typing import Annotated, Any, Literal

from django.http import HttpRequest
from ninja import Query, Router, Schema, Status
from procrastinate.contrib.django.models import ProcrastinateJob
from pydantic import AwareDatetime, Field, StringConstraints

from zhongshu.identity import actions, job_queries, queries
from zhongshu.identity.api_kit import Day, Line, Listed, PageNo, PageSize, Typed, actor_of, paged, site_of
from zhongshu.identity.guards import absent
from zhongshu.identity.kinds import OperatingModel
from zhongshu.identity.masking import masked
from zhongshu.identity.models import ApiToken, AuditEntry, RoleGrant, Site, User
from zhongshu.identity.permissions import MANAGE_JOBS, MANAGE_SITES, MANAGE_TOKENS, MANAGE_USERS, VIEW_AUDIT, VIEW_USERS
from zhongshu.identity.roles import Role
from zhongshu.kernel.clock import SITE_ZONE, day_of, now
from zhongshu.web.paging import page_of

router = Router(tags=["identity"])
Name = Annotated[str, StringConstraints(pattern=r"^[^\x00]*$", max_length=40)]
JobState = Literal["todo", "doing", "failed", "succeeded", "aborted", "cancelled"]
Number = Annotated[str, StringConstraints(pattern=r"^[^\x00]*$", max_length=20)]


class SiteOut(Schema):
    code: str
    name: str
    operating_model: str


class GrantOut(Schema):
    """`site` null: at every site. `ends_on` is the first day on which the role is no longer held."""

    grant_id: int
    role: Role
    site: str | None
    starts_on: date
    ends_on: date | None


class UserOut(Schema):
    user_id: int
    username: str
    name: str
    phone: str = Field(description="masked")
    is_active: bool
    must_change_password: bool
    roles: list[GrantOut] = Field(description="held today")


class UsersOut(Listed):
    items: list[UserOut]


class MeOut(UserOut):
    language: str
    large_type: bool


class MeIn(Typed):
    """`language` empty: the browser's."""

    name: Name
    language: Line = ""
    large_type: bool = False


class RevealIn(Typed):
    """For instance `work.workorder` and the order's id."""

    target_type: Line
    target_id: Line
    reason: Line


class RevealedOut(Schema):
    number: str


class GrantIn(Typed):
    role: Role
    site: Line | None = Field(description="null: at every site")
    starts_on: date | None = Field(None, description="today where none is given")
    ends_on: date | None = None


class UserIn(Typed):
    name: Name
    phone: Number = Field("", description="left as it is shown, masked, it stays")


class NewUserIn(GrantIn, UserIn):
    username: Name


class SecretOut(Schema):
    """What is told this once: a first password, or the secret of a token."""

    secret: str


class NewUserOut(UserOut):
    first_password: str = Field(description="told this once, to be changed at the first sign-in")


class GrantEndIn(Typed):
    """`ends_on` is the first day on which the role is no longer held; today where none is given."""

    ends_on: date | None = None


class UserFilters(Schema):
    """`q`: user name, name or number; `state`: `active` or `closed`."""

    q: Line = ""
    role: Role | None = None
    site: Line = ""
    state: Literal["active", "closed"] | None = None


class TokenOut(Schema):
    token_id: int
    name: str
    username: str
    prefix: str
    scopes: list[str]
    created_at: datetime
    expires_at: datetime | None
    last_used_at: datetime | None
    revoked_at: datetime | None


class TokensOut(Listed):
    items: list[TokenOut]


class TokenIn(Typed):
    """`scopes` are codes of rights that the user holds."""

    username: Name
    name: Annotated[str, StringConstraints(pattern=r"^[^\x00]+$", max_length=80)]
    scopes: list[Line]
    expires_at: AwareDatetime | None = None


class NewTokenOut(TokenOut, SecretOut):
    pass


class AuditFilters(Schema):
    """`verb` begins so; `target` is `app.model` or `app.model:id`; `since` and `until` are days, both inclusive."""

    who: Line = ""
    verb: Line = ""
    target: Line = ""
    site: Line = ""
    since: Day | None = None
    until: Day | None = None


class AuditOut(Schema):
    at: datetime
    recorded_at: datetime
    user_id: int | None
    actor_name: str
    origin: str
    ip: str | None
    site: str | None = Field(description="the name of the site")
    verb: str
    target_type: str
    target_id: str
    before: dict[str, Any] | None
    after: dict[str, Any] | None


class AuditPage(Listed):
    items: list[AuditOut]


class JobOut(Schema):
    job_id: int
    queue: str
    task: str
    state: str
    attempts: int
    scheduled_at: datetime | None
    noted_at: datetime | None = Field(description="its latest change")


class JobsOut(Listed):
    items: list[JobOut]


class ModelIn(Typed):
    model: OperatingModel


class HealthOut(Schema):
    """`queues`: jobs by queue and state. `is_alive`: a worker was heard of in the last half minute."""

    queues: dict[str, dict[str, int]]
    heard_at: datetime | None
    is_alive: bool
    undelivered: int
    failing: int


@router.get("/me", response=MeOut, summary="Who I am, with which roles")
def get_me(request: HttpRequest) -> dict[str, Any]:
    return _me(_self(request))


@router.put("/me", response=MeOut, summary="My name, language and size of type")
def edit_me(request: HttpRequest, said: MeIn) -> dict[str, Any]:
    return _me(actions.edit_me(actor=actor_of(request), at=now(), **said.model_dump()))


@router.get("/sites", response=list[SiteOut], summary="The sites my roles cover")
def list_sites(request: HttpRequest) -> list[dict[str, Any]]:
    sites = queries.sites_of(actor_of(request)).order_by("code")
    return [{"code": site.code, "name": site.name, "operating_model": site.operating_model} for site in sites]


@router.post("/sites/{code}/operating-model", response=SiteOut, summary="Run a site another way")
def switch_operating_model(request: HttpRequest, code: str, said: ModelIn) -> dict[str, Any]:
    """Nothing that is open changes, only who is next."""
    actor = actor_of(request)
    site = site_of(actor, code, MANAGE_SITES)
    site = actions.switch_operating_model(actor=actor, at=now(), site_id=site.pk, model=said.model)
    return {"code": site.code, "name": site.name, "operating_model": site.operating_model}


@router.post("/phones/reveal", response=RevealedOut, summary="A number in full, noted with the reason")
def reveal_phone(request: HttpRequest, said: RevealIn) -> dict[str, str]:
    return {"number": actions.reveal_phone(actor=actor_of(request), at=now(), **said.model_dump())}


@router.get("/users", response=UsersOut, summary="Users with a role at my sites")
def list_users(
    request: HttpRequest, wanted: Query[UserFilters], page: PageNo = 1, page_size: PageSize = 20
) -> dict[str, Any]:
    actor = actor_of(request)
    actor.require(VIEW_USERS)
    site = str(_site(request, wanted.site).pk) if wanted.site else ""
    rows = queries.users_visible(
        actor, at=now(), q=wanted.q, role=wanted.role or "", site=site, state=wanted.state or ""
    )
    return paged(request, page_of(rows, str(page), size=page_size), _listed_user)


@router.get("/users/{user_id}", response=UserOut, summary="One user")
def get_user(request: HttpRequest, user_id: int) -> dict[str, Any]:
    actor = actor_of(request)
    actor.require(VIEW_USERS)
    return _listed_user(queries.user_visible(actor, user_id, at=now()))


@router.post("/users", response={201: NewUserOut}, summary="A user with a first role")
def create_user(request: HttpRequest, said: NewUserIn) -> Status[dict[str, Any]]:
    words = said.model_dump(exclude={"site"})
    site = _site(request, said.site) if said.site else None
    user, initial = actions.create_user(actor=actor_of(request), at=now(), site=site, **words)
    return Status(201, _user(user) | {"first_password": initial})


@router.put("/users/{user_id}", response=UserOut, summary="Name and number of a user")
def edit_user(request: HttpRequest, user_id: int, said: UserIn) -> dict[str, Any]:
    return _user(actions.edit_user(actor=actor_of(request), at=now(), user_id=user_id, **said.model_dump()))


@router.post("/users/{user_id}/grants", response={201: GrantOut}, summary="Give a role")
def grant_role(request: HttpRequest, user_id: int, said: GrantIn) -> Status[dict[str, Any]]:
    at, actor = now(), actor_of(request)
    actor.require(MANAGE_USERS)
    user = queries.user_visible(actor, user_id, at=at)
    site = _site(request, said.site) if said.site else None
    starts_on = said.starts_on or day_of(at)
    grant = actions.grant_role(
        actor=actor, at=at, user=user, role=said.role, site=site, starts_on=starts_on, ends_on=said.ends_on
    )
    return Status(201, _grant(grant))


@router.post("/grants/{grant_id}/ending", response=GrantOut, summary="End a role")
def end_grant(request: HttpRequest, grant_id: int, said: GrantEndIn) -> dict[str, Any]:
    at = now()
    ends_on = said.ends_on or day_of(at)
    return _grant(actions.end_grant(actor=actor_of(request), at=at, grant_id=grant_id, ends_on=ends_on))


@router.post("/users/{user_id}/password", response=SecretOut, summary="A new first password")
def reset_password(request: HttpRequest, user_id: int) -> dict[str, str]:
    return {"secret": actions.reset_password(actor=actor_of(request), at=now(), user_id=user_id)}


@router.post("/users/{user_id}/deactivation", response=UserOut, summary="Nobody gets in as this user any more")
def deactivate_user(request: HttpRequest, user_id: int) -> dict[str, Any]:
    actions.deactivate_user(actor=actor_of(request), at=now(), user_id=user_id)
    return _user(User.objects.get(pk=user_id))


@router.post("/users/{user_id}/activation", response=UserOut, summary="The user gets in again")
def reactivate_user(request: HttpRequest, user_id: int) -> dict[str, Any]:
    actions.reactivate_user(actor=actor_of(request), at=now(), user_id=user_id)
    return _user(User.objects.get(pk=user_id))


@router.get("/tokens", response=TokensOut, summary="Tokens of programs")
def list_tokens(
    request: HttpRequest,
    q: Line = "",
    state: Literal["usable", "dead"] | None = None,
    page: PageNo = 1,
    page_size: PageSize = 20,
) -> dict[str, Any]:
    actor = actor_of(request)
    actor.require(MANAGE_TOKENS)
    rows = queries.tokens_visible(actor, at=now(), q=q, state=state or "")
    return paged(request, page_of(rows, str(page), size=page_size), _token)


@router.post("/tokens", response={201: NewTokenOut}, summary="A token for a program")
def create_token(request: HttpRequest, said: TokenIn) -> Status[dict[str, Any]]:
    at, actor = now(), actor_of(request)
    actor.require(MANAGE_TOKENS)
    user = queries.user_named(actor, said.username, at=at)
    if user is None:
        raise absent()
    token, secret = actions.create_token(
        actor=actor, at=at, user=user, name=said.name, scopes=said.scopes, expires_at=said.expires_at
    )
    return Status(201, _token(token) | {"secret": secret})


@router.post("/tokens/{token_id}/revocation", response={204: None}, summary="A token opens nothing any more")
def revoke_token(request: HttpRequest, token_id: int) -> Status[None]:
    actions.revoke_token(actor=actor_of(request), at=now(), token_id=token_id)
    return Status(204, None)


@router.get("/audit", response=AuditPage, summary="Who did what, latest first")
def list_audit(
    request: HttpRequest, wanted: Query[AuditFilters], page: PageNo = 1, page_size: PageSize = 20
) -> dict[str, Any]:
    actor = actor_of(request)
    actor.require(VIEW_AUDIT)
    rows = queries.audit_entries(
        actor,
        who=wanted.who,
        verb=wanted.verb,
        target=wanted.target,
        site=str(_site(request, wanted.site).pk) if wanted.site else "",
        since=_midnight(wanted.since),
        before=_midnight(wanted.until, days=1),
    )
    return paged(request, page_of(rows, str(page), size=page_size), _entry)


@router.get("/jobs", response=JobsOut, summary="Background jobs, latest first")
def list_jobs(
    request: HttpRequest,
    state: JobState | None = None,
    queue: Line = "",
    page: PageNo = 1,
    page_size: PageSize = 20,
) -> dict[str, Any]:
    actor_of(request).require(MANAGE_JOBS)
    rows = job_queries.jobs(state=state or "", queue=queue)
    return paged(request, page_of(rows, str(page), size=page_size), _job)


@router.get("/jobs/health", response=HealthOut, summary="Whether the work behind the pages goes on")
def get_health(request: HttpRequest) -> job_queries.Health:
    actor_of(request).require(MANAGE_JOBS)
    return job_queries.health(at=now())


@router.post("/jobs/{job_id}/retry", response={204: None}, summary="Try a failed job again")
def retry_job(request: HttpRequest, job_id: int) -> Status[None]:
    actions.retry_job(actor=actor_of(request), at=now(), job_id=job_id)
    return Status(204, None)


@router.post("/events/{event_id}/delivery", response={204: None}, summary="Deliver an event once more")
def redeliver_event(request: HttpRequest, event_id: int) -> Status[None]:
    actions.redeliver_event(actor=actor_of(request), at=now(), event_id=event_id)
    return Status(204, None)


def _self(request: HttpRequest) -> User:
    user = User.objects.filter(pk=actor_of(request).user_id or 0).first()
    if user is None:
        raise absent()
    return user


def _site(request: HttpRequest, code: str) -> Site:
    """One of the sites that the actor's roles cover. Raises NotFound."""
    site = queries.sites_of(actor_of(request)).filter(code=code).first()
    if site is None:
        raise absent()
    return site


def _midnight(day: date | None, *, days: int = 0) -> datetime | None:
    if day is None:
        return None
    return datetime.combine(date.fromordinal(day.toordinal() + days), time(), SITE_ZONE)


def _me(user: User) -> dict[str, Any]:
    return _user(user) | {"language": user.language, "large_type": user.large_type}


def _user(user: User) -> dict[str, Any]:
    return _in_words(user, queries.grants_in_force(user, at=now()))


def _listed_user(user: User) -> dict[str, Any]:
    """A user as `users_visible` gives it."""
    return _in_words(user, user.current_grants)  # type: ignore[attr-defined]


def _in_words(user: User, grants: Any) -> dict[str, Any]:
    return {
        "user_id": user.pk,
        "username": user.username,
        "name": user.name,
        "phone": masked(user.phone),
        "is_active": user.is_active,
        "must_change_password": user.must_change_password,
        "roles": [_grant(grant) for grant in grants],
    }


def _grant(grant: RoleGrant) -> dict[str, Any]:
    return {
        "grant_id": grant.pk,
        "role": grant.role,
        "site": grant.site.code if grant.site else None,
        "starts_on": grant.starts_on,
        "ends_on": grant.ends_on,
    }


def _token(token: ApiToken) -> dict[str, Any]:
    return {
        "token_id": token.pk,
        "name": token.name,
        "username": token.user.username,
        "prefix": token.prefix,
        "scopes": token.scopes,
        "created_at": token.created_at,
        "expires_at": token.expires_at,
        "last_used_at": token.last_used_at,
        "revoked_at": token.revoked_at,
    }


def _entry(entry: AuditEntry) -> dict[str, Any]:
    return {
        "at": entry.at,
        "recorded_at": entry.recorded_at,
        "user_id": entry.user_id,
        "actor_name": entry.actor_name,
        "origin": entry.origin,
        "ip": entry.ip,
        "site": entry.site_name,  # type: ignore[attr-defined]  # annotated by audit_entries
        "verb": entry.verb,
        "target_type": entry.target_type,
        "target_id": entry.target_id,
        "before": entry.before,
        "after": entry.after,
    }


def _job(job: ProcrastinateJob) -> dict[str, Any]:
    return {
        "job_id": job.pk,
        "queue": job.queue_name,
        "task": job.task_name,
        "state": job.status,
        "attempts": job.attempts,
        "scheduled_at": job.scheduled_at,
        "noted_at": job.noted_at,  # type: ignore[attr-defined]  # annotated by job_queries.jobs
    }
