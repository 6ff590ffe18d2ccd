"""The address under which customers find us."""

from django.conf import settings
from django.http import HttpRequest


def home_of(request: HttpRequest | None = None) -> str:
    """`https://zhongshu.example.cn`: first of ZHONGSHU_ORIGINS, else as we were asked for; "" where nobody asked."""
    origins = settings.CSRF_TRUSTED_ORIGINS
    asked = request.build_absolute_uri("/") if request else ""
    return (origins[0] if origins else asked).rstrip("/")
