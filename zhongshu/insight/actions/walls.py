"""Links for screens on a wall."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from zhongshu.identity import audit
from zhongshu.identity.actor import Actor
from zhongshu.identity.tokens import digest_of, mint
from zhongshu.insight.models import WallScreen
from zhongshu.insight.permissions import MANAGE_WALLS
from zhongshu.insight.queries.scopes import scope_named
from zhongshu.kernel.errors import Invalid, NotFound
from zhongshu.kernel.words import stated

SEEN_IS_NOTED_EVERY = timedelta(minutes=1)


@transaction.atomic
def add_screen(*, actor: Actor, at: datetime, scope: str, name: str) -> tuple[WallScreen, str]:
    """A screen for a site or the company, and the secret of its link, told only now. Raises NotFound, Invalid."""
    wanted = scope_named(actor, scope, MANAGE_WALLS)
    if wanted.site is None and wanted.code != "company":
        raise Invalid(_("大屏只能是一个项目的，或全公司的。"), field="scope")
    secret = mint()
    screen = WallScreen.objects.create(
        site=wanted.site,
        name=stated(name, field="name", most=80, what=_("名称")),
        digest=digest_of(secret),
        created_by_id=actor.user_id,
        created_at=at,
    )
    after = {"name": screen.name, "scope": wanted.code}
    audit.record(actor=actor, at=at, verb="insight.add_screen", target=screen, after=after)
    return screen, secret


@transaction.atomic
def revoke_screen(*, actor: Actor, at: datetime, screen_id: int) -> None:
    """The link shows nothing any more. Revoking twice changes nothing. Raises NotFound."""
    screen = actor.visible(WallScreen.objects.select_for_update(), MANAGE_WALLS).filter(pk=screen_id).first()
    if screen is None:
        raise NotFound(_("没有找到，或者您无权查看。"))
    if screen.revoked_at is None:
        screen.revoked_at = at
        screen.save(update_fields=["revoked_at"])
        after = {"revoked_at": at}
        audit.record(actor=actor, at=at, verb="insight.revoke_screen", target=screen, after=after)


@audit.unaudited("a screen asks every ten seconds; that it is alive is kept in last_seen_at")
def note_seen(*, screen: WallScreen, at: datetime) -> None:
    """That the screen is alive, once a minute."""
    if screen.last_seen_at is None or screen.last_seen_at < at - SEEN_IS_NOTED_EVERY:
        WallScreen.objects.filter(pk=screen.pk).update(last_seen_at=at)
