"""What the actions of the channels share."""

import re

from django.db import connection
from django.utils.translation import gettext as _

from zhongshu.estate.phones import BadPhone, read_phones
from zhongshu.estate.queries import digits_of
from zhongshu.kernel.errors import Invalid

NUMBER_LENGTH = 20


def stated(text: str, *, field: str, most: int, what: str) -> str:
    """The text without blanks around it. Raises Invalid when it is empty or too long."""
    said = short(text, field=field, most=most, what=what)
    if not said:
        raise Invalid(_("请填写%(what)s。") % {"what": what}, field=field)
    return said


def short(text: str, *, field: str, most: int, what: str) -> str:
    """The text, which may be empty, without blanks around it. Raises Invalid when it is too long."""
    said = text.replace("\x00", "").strip()
    if len(said) > most:
        raise Invalid(_("%(what)s最多 %(most)s 字。") % {"what": what, "most": most}, field=field)
    return said


def number_of(text: str) -> str:
    """A caller's number as customers' numbers are kept; empty for one that is withheld.

    `+86` and the 0 that switchboards set before a mobile are dropped. Never refused: the call has happened.
    """
    digits = re.sub(r"^0(?=1[3-9]\d{9}$)", "", digits_of(text))
    try:
        return next(iter(read_phones(digits)), "")
    except BadPhone:
        return digits[-NUMBER_LENGTH:]


def one_at_a_time(what: str, site_id: int, key: str) -> None:
    """Until the end of the transaction whoever comes with the same key waits."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s), hashtext(%s))", [what, f"{site_id}:{key}"])
