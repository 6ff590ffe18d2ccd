"""Who sits at which extension."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from zhongshu.channels.actions._parts import stated
from zhongshu.channels.errors import ExtensionTaken
from zhongshu.channels.models import Extension
from zhongshu.channels.permissions import ARRANGE_DOORS
from zhongshu.identity import audit
from zhongshu.identity.actor import Actor
from zhongshu.identity.models import Site
from zhongshu.kernel.errors import Invalid, NotFound
from zhongshu.people.models import Staff


@transaction.atomic
def assign_extension(*, actor: Actor, at: datetime, site: Site, number: str, staff: Staff) -> Extension:
    """Seat somebody at an extension; again is the same. Raises NotFound, ExtensionTaken, Invalid."""
    actor.require(ARRANGE_DOORS, site.pk)
    number = stated(number, field="number", most=20, what=_("分机号"))
    if not number.isascii() or not number.isdigit():
        raise Invalid(_("分机号只能是数字。"), field="number")
    if staff.site_id != site.pk:
        raise Invalid(_("请选择本项目的员工。"), field="staff")
    Extension.objects.bulk_create([Extension(site=site, number=number, staff=staff)], ignore_conflicts=True)
    extension = Extension.objects.select_related("staff__user").get(site=site, number=number)
    if extension.staff_id != staff.pk:
        raise ExtensionTaken(_("%(name)s 正在用这个分机。") % {"name": extension.staff.user.name}, field="number")
    after = {"number": number, "staff_id": staff.pk}
    audit.record(actor=actor, at=at, verb="channels.assign_extension", target=extension, after=after)
    return extension


@transaction.atomic
def free_extension(*, actor: Actor, at: datetime, site: Site, number: str) -> None:
    """Nobody sits there any more. Raises NotFound."""
    actor.require(ARRANGE_DOORS, site.pk)
    number = number.replace("\x00", "?")
    extension = Extension.objects.select_for_update().filter(site=site, number=number).first()
    if extension is None:
        raise NotFound(_("没有这个分机。"))
    before = audit.values(extension, ["number", "staff_id"])
    audit.record(actor=actor, at=at, verb="channels.free_extension", target=extension, before=before)
    extension.delete()
