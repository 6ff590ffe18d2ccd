"""`/api/v1`: one API of the routers of the apps, one way in, one shape of error."""

from typing import Any

from django.core.exceptions import RequestDataTooBig, SuspiciousOperation
from django.http import HttpRequest, HttpResponse
from django.http.multipartparser import MultiPartParserError
from django.utils.translation import gettext as _
from ninja.errors import AuthenticationError, HttpError, ValidationError

from zhongshu.billing.api import router as billing
from zhongshu.care.api import router as care
from zhongshu.cases.api import router as cases
from zhongshu.cashier.api import router as cashier
from zhongshu.channels.api import router as channels
from zhongshu.collecting.api import router as collecting
from zhongshu.community.api import router as community
from zhongshu.config import problems
from zhongshu.config.description import DescribedApi
from zhongshu.config.operations import around, inside
from zhongshu.config.problems import problem
from zhongshu.console.api import router as console
from zhongshu.estate.api import router as estate
from zhongshu.foresight.api import router as foresight
from zhongshu.identity.api import router as identity
from zhongshu.identity.api_auth import auth
from zhongshu.insight.api import router as insight
from zhongshu.kernel.errors import Refusal
from zhongshu.knowledge.api import router as knowledge
from zhongshu.ledger.api import router as ledger
from zhongshu.messaging.api import router as messaging
from zhongshu.people.api import router as people
from zhongshu.portal.api import router as portal
from zhongshu.quality.api import router as quality
from zhongshu.remittance.api import router as remittance
from zhongshu.scene.api import router as scene
from zhongshu.webhooks.api import router as webhooks
from zhongshu.work.api import router as work

# The interactive page of django-ninja loads scripts from elsewhere, which our CSP forbids; the description itself is
# at /api/v1/openapi.json.
api = DescribedApi(title="Zhongshu", version="1", urls_namespace="api", auth=auth, docs_url=None)
for router in (
    cases,
    channels,
    estate,
    messaging,
    people,
    work,
    knowledge,
    scene,
    quality,
    ledger,
    billing,
    cashier,
    remittance,
    collecting,
    community,
    care,
    foresight,
    insight,
    identity,
    webhooks,
    console,
    portal,
):
    router.add_decorator(inside, mode="operation")
    router.add_decorator(around, mode="view")
    api.add_router("/resident" if router is portal else "", router)


@api.exception_handler(Refusal)
def refused(request: HttpRequest, error: Refusal) -> HttpResponse:
    """What a rule said."""
    return problems.refused(error)


@api.exception_handler(ValidationError)
def malformed(request: HttpRequest, error: ValidationError) -> HttpResponse:
    """The first thing that is wrong with what was sent; `field` is its name."""
    first = error.errors[0]
    place = first.get("loc", ())
    if place[:1] == ("body",) and len(place) == 2:  # the body as a whole; the second step is our name for it
        return problem(422, "invalid", _("请求体应是一个 JSON 对象。"))
    names = [str(step) for step in place if str(step).isidentifier()]  # not the third of several
    field = names[-1] if names else ""
    return problem(422, "invalid", _in_words(first, field), field)


def _in_words(fault: dict[str, Any], field: str) -> str:
    """The usual faults in the language of the page; the rest as the checker says it."""
    given = fault.get("ctx", {})
    match fault["type"]:
        case "value_error":
            return str(given["error"])
        case "missing":
            sentence = _("缺少 %(field)s。")
        case "extra_forbidden":
            sentence = _("没有 %(field)s 这个字段。")
        case "enum" | "literal_error":
            sentence = _("%(field)s 只能是 %(expected)s。")
        case "string_too_long":
            sentence = _("%(field)s 最多 %(max_length)s 个字符。")
        case "greater_than_equal":
            sentence = _("%(field)s 不能小于 %(ge)s。")
        case "less_than_equal":
            sentence = _("%(field)s 不能大于 %(le)s。")
        case _:
            sentence = _("%(field)s 填得不对：%(fault)s")
    return sentence % {**given, "field": field, "fault": fault["msg"]}


@api.exception_handler(AuthenticationError)
def unknown(request: HttpRequest, error: AuthenticationError) -> HttpResponse:
    """Nobody, or nobody we know."""
    return problem(401, "not_signed_in", _("请先登录，或提供有效的接口令牌。"))


@api.exception_handler(HttpError)
def unreadable(request: HttpRequest, error: HttpError) -> HttpResponse:
    """The body is not JSON."""
    return problem(error.status_code, "bad_request", _("请求体不是有效的 JSON。"))


@api.exception_handler(RequestDataTooBig)
def too_large(request: HttpRequest, error: RequestDataTooBig) -> HttpResponse:
    """More than DATA_UPLOAD_MAX_MEMORY_SIZE."""
    return problem(413, "too_large", _("请求太大。"))


@api.exception_handler(MultiPartParserError)
@api.exception_handler(SuspiciousOperation)
def nonsense(request: HttpRequest, error: Exception) -> HttpResponse:
    """A form whose parts cannot be told apart, or with too many of them."""
    return problem(400, "bad_request", _("请求无法理解。"))


@api.exception_handler(Exception)
def broken(request: HttpRequest, error: Exception) -> HttpResponse:
    """Our fault."""
    return problems.broken(error)
