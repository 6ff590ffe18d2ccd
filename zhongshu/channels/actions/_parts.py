"""What the actions of the channels share."""

from django.db import connection
from django.utils.translation import gettext as _

from zhongshu.kernel.errors import Invalid


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


def one_at_a_time(what: str, site_id: int, key: str) -> None:
    """Until the end of the transaction whoever comes with the same key waits."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s), hashtext(%s))", [what, f"{site_id}:{key}"])
