"""What people type into a field: without blanks around it, not empty where it must not be, not too long."""

from django.utils.translation import gettext as _

from zhongshu.kernel.errors import Invalid


def stated(text: str, *, field: str, most: int, what: str) -> str:
    """The text without blanks around it. Raises Invalid when it is empty or too long."""
    said = text.replace("\x00", "").strip()
    if not said:
        raise Invalid(_("请填写%(what)s。") % {"what": what}, field=field)
    return short(said, field=field, most=most, what=what)


def short(text: str, *, field: str, most: int, what: str) -> str:
    """The text, which may be empty, without blanks around it. Raises Invalid when it is too long."""
    said = text.replace("\x00", "").strip()
    if len(said) > most:
        raise Invalid(_("%(what)s最多 %(most)s 字。") % {"what": what, "most": most}, field=field)
    return said
