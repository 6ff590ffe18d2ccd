"""Where our pages are, for codes on paper and links in messages; and what pages behind a secret address answer with."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse


def home_of(request: HttpRequest | None = None) -> str:
    """`https://zhongshu.example.cn`: first of ZHONGSHU_ORIGINS, else as we were asked for; "" where nobody asked."""
    origins = settings.CSRF_TRUSTED_ORIGINS
    asked = request.build_absolute_uri("/") if request else ""
    return (origins[0] if origins else asked).rstrip("/")


def private(response: HttpResponse) -> HttpResponse:
    """The secret stands in the address: it goes nowhere else from here, and no search engine keeps it. Our name does go
    along: without it a browser sends `Origin: null` with the form, which is refused as forged.
    """
    response.headers["Referrer-Policy"] = "strict-origin"
    response.headers["X-Robots-Tag"] = "noindex"
    return response
