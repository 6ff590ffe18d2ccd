"""What every operation of the API does alike: takes only what it knows, is done once per key, leads to the next page.

`around` encloses an operation as a whole, `inside` what it does once the caller is known and the input makes sense.
"""

from collections.abc import Callable
from contextlib import ExitStack
from functools import wraps
from hashlib import sha256
from typing import Any
from urllib.parse import urlencode

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja.operation import Operation

from zhongshu.config.problems import UnsupportedType, refused
from zhongshu.identity.api_kit import actor_of
from zhongshu.kernel.clock import now
from zhongshu.kernel.errors import Invalid, Refusal
from zhongshu.kernel.once import claim, keep
from zhongshu.kernel.secrets import seal, unseal
from zhongshu.web.paging import Page

KEY = "Idempotency-Key"
REPLAYED = "Idempotency-Replayed"
JSON, FORM = "application/json", "multipart/form-data"
_PURPOSE = "idempotency"

Run = Callable[..., HttpResponse]


def around(run: Run) -> Run:
    """Decorator in django-ninja's mode `view`."""
    operation: Operation = run.__self__  # type: ignore[attr-defined]

    @wraps(run)
    def guarded(request: HttpRequest, **arguments: Any) -> HttpResponse:
        request.operation = operation  # type: ignore[attr-defined]
        try:
            _check_type(operation, request)
        except Refusal as refusal:
            return refused(refusal)
        with ExitStack() as claims:
            request.claims = claims  # type: ignore[attr-defined]
            return _linked(request, _kept(request, run(request, **arguments)))

    return guarded


def inside(view: Callable[..., Any]) -> Callable[..., Any]:
    """Decorator in django-ninja's mode `operation`."""

    @wraps(view)
    def guarded(request: HttpRequest, **values: Any) -> Any:
        _check_names(request.operation, request)  # type: ignore[attr-defined]
        if request.method == "POST" and KEY in request.headers:  # one that arrives empty is a slip, not "no key"
            earlier = _claim(request)
            if earlier is not None:
                return _as_then(earlier)
        return view(request, **values)

    return guarded


def body_type(operation: Operation) -> str | None:
    """What type of body the operation takes; None: no body."""
    sources = {model.__ninja_param_source__ for model in operation.models}
    if sources & {"form", "file"}:
        return FORM
    return JSON if "body" in sources else None


def query_names(operation: Operation) -> frozenset[str]:
    """The parameters that may stand in the address."""
    maps = [model.__ninja_flatten_map__ for model in operation.models if model.__ninja_param_source__ == "query"]
    return frozenset(name for names in maps for name in names)


def _claim(request: HttpRequest) -> dict[str, Any] | None:
    """In a transaction that stays open until there is an answer to keep with it."""
    request.claims.enter_context(transaction.atomic())  # type: ignore[attr-defined]
    earlier = claim(scope=_scope(request), key=request.headers[KEY], said=_said(request), at=now())
    request.has_claimed = earlier is None  # type: ignore[attr-defined]
    return earlier


def _kept(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """The answer, remembered; of a request that was refused nothing is, nor the claim on its key."""
    if getattr(request, "has_claimed", False):
        if response.status_code >= 400:
            transaction.set_rollback(True)
        else:
            keep(scope=_scope(request), key=request.headers[KEY], answer=_to_keep(response))
    return response


def _to_keep(response: HttpResponse) -> dict[str, Any]:
    """Sealed: an answer may hold a secret that is told only once, and what is known of people."""
    return {"status": response.status_code, "sealed": seal(_PURPOSE, response.content.decode())}


def _as_then(earlier: dict[str, Any]) -> HttpResponse:
    content = unseal(_PURPOSE, earlier["sealed"])
    return HttpResponse(content, status=earlier["status"], content_type=JSON, headers={REPLAYED: "true"})


def _scope(request: HttpRequest) -> str:
    return f"api:{actor_of(request).user_id}"


def _said(request: HttpRequest) -> dict[str, Any]:
    """Where to and what; of a form its fields and files, since the lines between them differ each time."""
    where = {"path": request.get_full_path()}
    if request.content_type != FORM:
        return where | {"body": sha256(request.body).hexdigest()}
    files = {name: [_digest(file) for file in files] for name, files in request.FILES.lists()}
    return where | {"fields": dict(request.POST.lists()), "files": files}


def _digest(file: "UploadedFile[Any]") -> str:
    content = file.read()
    file.seek(0)
    return sha256(content).hexdigest()


def _check_type(operation: Operation, request: HttpRequest) -> None:
    wanted = body_type(operation)
    if wanted and request.content_type != wanted and int(request.headers.get("Content-Length") or 0):
        raise UnsupportedType(_("请求体的类型应是 %(type)s。") % {"type": wanted}, field="Content-Type")


def _check_names(operation: Operation, request: HttpRequest) -> None:
    """A filter misspelt would otherwise find too much."""
    if unknown := sorted(set(request.GET) - query_names(operation)):
        raise Invalid(_("没有 %(field)s 这个参数。") % {"field": unknown[0]}, field=unknown[0])


def _linked(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """`Link` to the first, previous, next and, where it is known, last page of a list (RFC 8288)."""
    page: Page[Any] | None = getattr(request, "shown_page", None)
    if page is not None and response.status_code == 200:
        pages = {"first": 1, "prev": page.previous, "next": page.next, "last": page.pages if page.is_exact else None}
        response.headers["Link"] = ", ".join(
            f'<{_page_url(request, number)}>; rel="{name}"' for name, number in pages.items() if number
        )
    return response


def _page_url(request: HttpRequest, number: int) -> str:
    query = {name: value for name, value in request.GET.items() if name != "page"} | {"page": str(number)}
    return request.build_absolute_uri(f"{request.path}?{urlencode(query)}")
