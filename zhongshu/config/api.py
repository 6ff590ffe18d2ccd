"""`/api/v1`: one API of the routers of the apps, one way in, one shape of error."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError

from zhongshu.cases.api import router as cases
from zhongshu.console.api import router as console
from zhongshu.estate.api import router as estate
from zhongshu.identity.api import router as identity
from zhongshu.identity.api_auth import auth
from zhongshu.kernel.errors import Refusal
from zhongshu.people.api import router as people
from zhongshu.portal.api import router as portal
from zhongshu.work.api import router as work

# The interactive page of django-ninja loads scripts from elsewhere, which our CSP forbids; the description itself is
# at /api/v1/openapi.json.
api = NinjaAPI(title="Zhongshu", version="1", urls_namespace="api", auth=auth, docs_url=None)
for router in (cases, estate, people, work, identity, console):
    api.add_router("", router)
api.add_router("/resident", portal)


def _problem(request: HttpRequest, status: int, code: str, message: str, field: str = "") -> HttpResponse:
    body: dict[str, Any] = {"code": code, "message": message, "field": field}
    return api.create_response(request, body, status=status)


@api.exception_handler(Refusal)
def refused(request: HttpRequest, error: Refusal) -> HttpResponse:
    """What a rule said: its own code, sentence, field and status."""
    return _problem(request, error.status, error.code, error.message, error.field)


@api.exception_handler(ValidationError)
def malformed(request: HttpRequest, error: ValidationError) -> HttpResponse:
    """The first thing that is wrong with what was sent; `field` is its name."""
    first = error.errors[0]
    field = str(first["loc"][-1]) if first.get("loc") else ""
    return _problem(request, 422, "invalid", _in_words(first, field), field)


def _in_words(fault: dict[str, Any], field: str) -> str:
    """The usual faults in the language of the page; the rest as the checker says it."""
    given = fault.get("ctx", {})
    match fault["type"]:
        case "missing":
            return _("缺少 %(field)s。") % {"field": field}
        case "extra_forbidden":
            return _("没有 %(field)s 这个字段。") % {"field": field}
        case "enum":
            return _("%(field)s 只能是 %(expected)s。") % {"field": field, "expected": given["expected"]}
        case "string_too_long":
            return _("%(field)s 最多 %(most)s 个字符。") % {"field": field, "most": given["max_length"]}
    return f"{field}: {fault['msg']}" if field else str(fault["msg"])


@api.exception_handler(AuthenticationError)
def unknown(request: HttpRequest, error: AuthenticationError) -> HttpResponse:
    """Nobody, or nobody we know."""
    return _problem(request, 401, "not_signed_in", _("请先登录，或提供有效的接口令牌。"))


@api.exception_handler(HttpError)
def bad(request: HttpRequest, error: HttpError) -> HttpResponse:
    """The body is not JSON, and the like."""
    return _problem(request, error.status_code, "bad_request", error.message)
