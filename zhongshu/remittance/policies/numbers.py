"""Numbers of bank accounts: what they may look like, what pages show of them, how one is known again unseen."""

import re

from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from zhongshu.kernel.errors import Invalid

_NUMBER = re.compile(r"[0-9A-Za-z]{6,40}")


def account_number(text: str, *, field: str) -> str:
    """The number without blanks and dashes. Raises Invalid."""
    number = re.sub(r"[\s-]", "", text)
    if not _NUMBER.fullmatch(number):
        raise Invalid(_("账号应是 6 到 40 位数字或字母。"), field=field)
    return number


def masked_number(number: str) -> str:
    """`6222020200112233445` → `6222****3445`: nobody needs more to know their own."""
    return f"{number[:4]}****{number[-4:]}" if len(number) >= 12 else f"****{number[-4:]}" if number else ""


def payer_key(number: str) -> str:
    """The same for the same number, telling nothing of it; empty for none and for one that comes masked."""
    return (
        ""
        if not number or "*" in number
        else salted_hmac("zhongshu.remittance.payer", number, algorithm="sha256").hexdigest()
    )
