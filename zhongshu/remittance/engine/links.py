"""The addresses under which providers and payers find us."""

from django.urls import reverse

from zhongshu.remittance.models import PayCode, ProviderAccount


def notify_url(merchant: ProviderAccount, home: str) -> str:
    return home + reverse("remittance:notices", args=[merchant.provider, merchant.key])


def code_url(code: PayCode, home: str) -> str:
    return home + reverse("remittance:code", args=[code.token])
