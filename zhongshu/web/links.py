"""Where our pages are, for the codes on paper."""

from django.conf import settings
from django.http import HttpRequest


def home_of(request: HttpRequest) -> str:
    """`https://zhongshu.example.cn`: the first of ZHONGSHU_ORIGINS, else as we were asked for."""
    origins = settings.CSRF_TRUSTED_ORIGINS
    return (origins[0] if origins else request.build_absolute_uri("/")).rstrip("/")
