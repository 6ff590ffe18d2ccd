"""Letters."""

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from zhongshu.channels.models import Letter, LetterPage
from zhongshu.channels.permissions import KEEP_LETTERS
from zhongshu.identity.actor import Actor
from zhongshu.kernel.errors import NotFound


def letters_listed(
    actor: Actor, *, site_id: int | None = None, text: str = "", is_waiting: bool = False
) -> QuerySet[Letter]:
    """Letters, the latest first. `is_waiting`: nobody has written back."""
    rows = actor.visible(Letter.objects.all(), KEEP_LETTERS)
    conditions = [
        Q(site_id=site_id) if site_id else Q(),
        Q(sender__icontains=text) | Q(case__text__icontains=text) | Q(case__number=text) if text else Q(),
        Q(replied_on__isnull=True) if is_waiting else Q(),
    ]
    return rows.filter(*conditions).select_related("site", "case__place", "kept_by").order_by("-received_on", "-pk")


def letter_seen(actor: Actor, pk: int) -> Letter:
    """With its pages. Raises NotFound, also for what the actor may not see."""
    letter = letters_listed(actor).filter(pk=pk).prefetch_related("pages").first()
    if letter is None:
        raise NotFound(_("没有找到这封信，或者您无权查看。"))
    return letter


def page_seen(actor: Actor, pk: int) -> LetterPage:
    """Raises NotFound, also for what the actor may not see."""
    rows = LetterPage.objects.filter(letter__in=actor.visible(Letter.objects.all(), KEEP_LETTERS))
    page = rows.filter(pk=pk).first()
    if page is None:
        raise NotFound(_("没有找到这一页，或者您无权查看。"))
    return page
