"""What everybody on the staff chooses for themselves: which messages, by which way, when."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from zhongshu.identity import audit
from zhongshu.identity.actor import Actor
from zhongshu.identity.guards import absent
from zhongshu.identity.models import User
from zhongshu.kernel.errors import Invalid
from zhongshu.messaging.engine.sealing import sealed
from zhongshu.messaging.kinds import STAFF_WAYS, Group, Way, When
from zhongshu.messaging.models import Address, Preference, PushSubscription
from zhongshu.messaging.permissions import USE_MESSAGES
from zhongshu.messaging.policies.setup import MAIL
from zhongshu.webhooks.engine.destinations import checked_url

MOST_BROWSERS = 10
KEY_LENGTH = 200


@transaction.atomic
def choose_mine(*, actor: Actor, at: datetime, email: str, choices: Mapping[tuple[Group, Way], When]) -> None:
    """The address for e-mail (empty: none), and when each group of messages goes by each way. Raises Invalid."""
    user = _self(actor)
    email = email.strip()
    if email and (len(email) > 200 or not MAIL.fullmatch(email)):
        raise Invalid(_("这不像一个邮箱地址。"), field="email")
    Address.objects.filter(user=user, way=Way.EMAIL).delete()
    if email:
        Address.objects.create(user=user, way=Way.EMAIL, address=email, noted_at=at)
    Preference.objects.filter(user=user).delete()
    rows = [
        Preference(user=user, group=group, way=way, when=when)
        for (group, way), when in choices.items()
        if way in STAFF_WAYS
    ]
    Preference.objects.bulk_create(rows)
    after = {"has_email": bool(email), "choices": {f"{row.group}.{row.way}": row.when for row in rows}}
    audit.record(actor=actor, at=at, verb="messaging.choose_mine", target=user, after=after)


@transaction.atomic
def subscribe(*, actor: Actor, at: datetime, endpoint: str, p256dh: str, auth: str, device: str = "") -> None:
    """Push to this browser from now on; whoever used it before is not pushed there any more.

    Raises ForbiddenAddress for a push service inside, Invalid for too many browsers or keys that are none.
    """
    user = _self(actor)
    if len(endpoint) > 500 or not 0 < len(p256dh) <= KEY_LENGTH or not 0 < len(auth) <= KEY_LENGTH:
        raise Invalid(_("浏览器给的推送地址不对，请换一个浏览器试试。"), field="endpoint")
    checked_url(endpoint)
    PushSubscription.objects.filter(endpoint=endpoint).delete()
    if PushSubscription.objects.filter(user=user).count() >= MOST_BROWSERS:
        raise Invalid(_("最多推送到 %(most)s 个浏览器，请先关掉不用的。") % {"most": MOST_BROWSERS})
    keys = sealed({"p256dh": p256dh, "auth": auth})
    made = PushSubscription.objects.create(user=user, endpoint=endpoint, keys=keys, device=device[:80], created_at=at)
    audit.record(actor=actor, at=at, verb="messaging.subscribe", target=made, after={"device": made.device})


@transaction.atomic
def unsubscribe(*, actor: Actor, at: datetime, endpoint: str = "", subscription_id: int | None = None) -> int:
    """Push no more to one of one's own browsers; the number that were (0 or 1)."""
    user = _self(actor)
    mine = PushSubscription.objects.filter(user=user)
    rows = mine.filter(endpoint=endpoint) if subscription_id is None else mine.filter(pk=subscription_id)
    for row in rows:
        audit.record(actor=actor, at=at, verb="messaging.unsubscribe", target=row, before={"device": row.device})
    count, _by_table = rows.delete()
    return count


def _self(actor: Actor) -> User:
    actor.require(USE_MESSAGES)
    user = User.objects.select_for_update().filter(pk=actor.user_id or 0).first()
    if user is None:
        raise absent()
    return user
