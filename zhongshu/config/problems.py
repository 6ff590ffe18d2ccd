"""The one shape of everything that goes wrong under `/api/`: problem details (RFC 9457).

`type`, `title`, `status` and `detail` are the standard's; `code`, `message` and `field` ours: `code` never changes,
`message` is a sentence for a person in the caller's language, `field` names the input at fault.
"""

import logging
from collections.abc import Callable
from http import HTTPStatus
from json import dumps
from uuid import uuid4

from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.utils.translation import gettext as _

from zhongshu.kernel.errors import Refusal
from zhongshu.kernel.logs import request_id

PROBLEM = "application/problem+json"
_KEPT = ("Allow", "Retry-After", "WWW-Authenticate")

logger = logging.getLogger(__name__)


class UnsupportedType(Refusal):
    """The body is not of the type the operation takes."""

    code = "unsupported_media_type"
    status = 415


def problem(status: int, code: str, message: str, field: str = "", **more: str) -> HttpResponse:
    """An answer in that shape; `more` are members of its own."""
    body = {
        "type": f"urn:zhongshu:problem:{code}",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": message,
        "code": code,
        "message": message,
        "field": field,
    }
    headers = {"WWW-Authenticate": "Bearer"} if status == HTTPStatus.UNAUTHORIZED else {}  # RFC 9110, 11.6.1
    text = dumps(body | more, ensure_ascii=False)
    return HttpResponse(text, status=status, content_type=PROBLEM, headers=headers)


def refused(error: Refusal) -> HttpResponse:
    """What a rule said: its own code, sentence, field and status; when to come back where it says so."""
    response = problem(error.status, error.code, error.message, error.field)
    if retry_after := getattr(error, "retry_after", None):
        response.headers["Retry-After"] = str(retry_after)
    return response


def broken(error: Exception) -> HttpResponse:
    """Our fault: the log has it under the id that the caller is given."""
    error_id = uuid4().hex[:12]
    logger.error("error %s", error_id, exc_info=error)
    sentence = _("系统出错了，请稍后再试；如需帮助，请提供错误编号 %(id)s。") % {"id": error_id}
    return problem(500, "server_error", sentence, error_id=error_id)


def middleware(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """What never got as far as an operation (no such address, no such method, …) is told in the same shape."""

    def answer(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        is_page = response.status_code >= 400 and "json" not in response.headers.get("Content-Type", "")
        if not is_page or not request.path.startswith("/api/"):
            return response
        with translation.override(translation.get_language_from_request(request)):
            return _reshaped(response)

    return answer


def _reshaped(response: HttpResponse) -> HttpResponse:
    more = {"error_id": request_id.get()} if response.status_code >= 500 else {}
    told = problem(response.status_code, *_words(response.status_code), **more)
    for name in _KEPT:
        if name in response.headers:
            told.headers[name] = response.headers[name]
    return told


def _words(status: int) -> tuple[str, str]:
    match status:
        case 404:
            return "not_found", _("没有这个地址。")
        case 405:
            return "method_not_allowed", _("这个地址不接受这种方法。")
        case 413:
            return "too_large", _("请求太大。")
        case _ if status >= 500:
            return "server_error", _("系统出错了，请稍后再试。")
    return "bad_request", _("请求无法理解。")
