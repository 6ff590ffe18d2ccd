"""In which words, and not at what hours: templates and quiet hours."""

from datetime import date, datetime, time

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from zhongshu.identity import audit
from zhongshu.identity.actor import Actor
from zhongshu.identity.guards import absent, may_everywhere
from zhongshu.identity.models import Site
from zhongshu.kernel.clock import day_of
from zhongshu.kernel.errors import Invalid
from zhongshu.messaging.kinds import Way
from zhongshu.messaging.models import QuietHours, Template
from zhongshu.messaging.permissions import EDIT_TEMPLATES, MANAGE_CHANNELS
from zhongshu.messaging.policies.shipped import TEMPLATE_WAYS
from zhongshu.messaging.policies.texts import VARIABLES, has_stray_braces, unknown_in

TEXT_LENGTH, TITLE_LENGTH, VENDOR_ID_LENGTH, KIND_LENGTH = 2000, 200, 80, 40
SHOWN = ["kind", "way", "language", "version", "title", "text", "vendor_id"]


@transaction.atomic
def save_template(
    *,
    actor: Actor,
    at: datetime,
    kind: str,
    way: Way,
    language: str,
    title: str,
    text: str,
    vendor_id: str = "",
) -> Template:
    """A new version, in force at once; the one before it is kept. `kind` empty: for all that have none of their own.

    Raises NotFound, Invalid (with the field) for variables that do not exist, or too long a text.
    """
    actor.require(EDIT_TEMPLATES)
    _check(kind, way, language, title=title, text=text, vendor_id=vendor_id)
    same = Template.objects.select_for_update().filter(kind=kind, way=way, language=language)
    latest = same.order_by("-version").first()
    same.filter(retired_at=None).update(retired_at=at)
    template = Template.objects.create(
        kind=kind,
        way=way,
        language=language,
        version=latest.version + 1 if latest else 1,
        title=title.strip(),
        text=text.strip(),
        vendor_id=vendor_id.strip(),
        created_at=at,
        created_by=actor.name,
    )
    after = audit.values(template, SHOWN)
    audit.record(actor=actor, at=at, verb="messaging.save_template", target=template, after=after)
    return template


@transaction.atomic
def retire_template(*, actor: Actor, at: datetime, template_id: int) -> None:
    """Back to the words for all kinds, or those we ship. Raises NotFound."""
    actor.require(EDIT_TEMPLATES)
    template = Template.objects.select_for_update().filter(pk=template_id, retired_at=None).first()
    if template is None:
        raise absent()
    template.retired_at = at
    template.save(update_fields=["retired_at"])
    before = audit.values(template, SHOWN)
    audit.record(actor=actor, at=at, verb="messaging.retire_template", target=template, before=before)


@transaction.atomic
def set_quiet_hours(
    *, actor: Actor, at: datetime, site: Site | None, begins: time, ends: time, starts_on: date
) -> QuietHours:
    """From that day on; what was in force ends the day before, what was to come later goes. Equal times: never quiet.

    Raises NotFound, Invalid for a day that is past.
    """
    if site is None and not may_everywhere(actor, MANAGE_CHANNELS):
        raise absent()
    actor.require(MANAGE_CHANNELS, site.pk if site else None)
    if starts_on < day_of(at):
        raise Invalid(_("不能从过去的日期开始。"), field="starts_on")
    rows = QuietHours.objects.select_for_update().filter(site=site)
    rows.filter(starts_on__gte=starts_on).delete()
    rows.filter(starts_on__lt=starts_on, ends_on=None).update(ends_on=starts_on)
    rows.filter(starts_on__lt=starts_on, ends_on__gt=starts_on).update(ends_on=starts_on)
    made = QuietHours.objects.create(site=site, begins=begins, ends=ends, starts_on=starts_on)
    after = {"begins": begins, "ends": ends, "starts_on": starts_on}
    audit.record(actor=actor, at=at, verb="messaging.set_quiet_hours", target=made, after=after)
    return made


def _check(kind: str, way: Way, language: str, *, title: str, text: str, vendor_id: str) -> None:
    if way not in TEMPLATE_WAYS or language not in dict(settings.LANGUAGES) or len(kind) > KIND_LENGTH:
        raise Invalid(_("没有这种通知方式或语言。"), field="way")
    if not text.strip():
        raise Invalid(_("请填写正文。"), field="text")
    for field, words, most in (("title", title, TITLE_LENGTH), ("text", text, TEXT_LENGTH)):
        _check_words(field, words, most)
    if len(vendor_id) > VENDOR_ID_LENGTH:
        raise Invalid(_("最多 %(most)s 个字符。") % {"most": VENDOR_ID_LENGTH}, field="vendor_id")


def _check_words(field: str, words: str, most: int) -> None:
    if len(words) > most:
        raise Invalid(_("最多 %(most)s 个字符。") % {"most": most}, field=field)
    if unknown := unknown_in(words):
        known = "、".join(f"{{{name}}}" for name in VARIABLES)  # matter
        sentence = _("没有 {%(name)s} 这个变量；可以用的有 %(known)s。") % {"name": unknown[0], "known": known}
        raise Invalid(sentence, field=field)
    if has_stray_braces(words):
        raise Invalid(_("花括号只用来写变量，如 {title}。"), field=field)
