"""The addresses under which providers and payers find us."""

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse

from zhongshu.remittance.models import PayCode, ProviderAccount


def home_of(request: HttpRequest) -> str:
    """`https://zhongshu.example.cn`: the first of ZHONGSHU_ORIGINS, else as we were asked for."""
    origins = settings.CSRF_TRUSTED_ORIGINS
    return (origins[0] if origins else request.build_absolute_uri("/")).rstrip("/")


def notify_url(merchant: ProviderAccount, home: str) -> str:
    return home + reverse("remittance:notices", args=[merchant.provider, merchant.key])


def code_url(code: PayCode, home: str) -> str:
    return home + reverse("remittance:code", args=[code.token])
