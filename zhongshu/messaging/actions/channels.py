"""The channels: by what the company reaches people, and with which account."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.db import transaction
from django.utils.translation import gettext as _
from py_vapid import Vapid02
from py_vapid.utils import b64urlencode

from zhongshu.identity import audit
from zhongshu.identity.actor import Actor
from zhongshu.identity.guards import absent, may_everywhere
from zhongshu.identity.models import Site
from zhongshu.kernel.errors import Invalid
from zhongshu.messaging.actions.telling import tell
from zhongshu.messaging.engine.asking import SEND, ask
from zhongshu.messaging.engine.sealing import opened, sealed
from zhongshu.messaging.kinds import ChannelKind, Group, Way
from zhongshu.messaging.models import Channel, Delivery, Message
from zhongshu.messaging.permissions import MANAGE_CHANNELS
from zhongshu.messaging.policies.setup import MAIL, MOBILE, SETTINGS, wrong_in
from zhongshu.messaging.queries import channels_due, channels_visible, mail_of
from zhongshu.webhooks.engine.destinations import checked_url
from zhongshu.webhooks.errors import ForbiddenAddress

NAME_LENGTH = 80
SHOWN = ["kind", "name", "settings", "groups"]


@transaction.atomic
def add_channel(
    *,
    actor: Actor,
    at: datetime,
    kind: ChannelKind,
    site: Site | None,
    name: str,
    values: Mapping[str, str],
    groups: Iterable[str] = (),
) -> Channel:
    """For a site (None: for all that have none of their own). Raises NotFound, Invalid, ForbiddenAddress."""
    if site is None and not may_everywhere(actor, MANAGE_CHANNELS):
        raise absent()
    actor.require(MANAGE_CHANNELS, site.pk if site else None)
    if kind == ChannelKind.WEB_PUSH and Channel.objects.filter(kind=kind, deleted_at=None).exists():
        raise Invalid(_("浏览器推送只要一个，已经有了。"), field="kind")
    channel = Channel(kind=kind, site=site, created_at=at)
    _fill(channel, name, values, groups, kept={})
    channel.save()
    after = audit.values(channel, SHOWN)
    audit.record(actor=actor, at=at, verb="messaging.add_channel", target=channel, after=after)
    return channel


@transaction.atomic
def edit_channel(
    *, actor: Actor, at: datetime, channel_id: int, name: str, values: Mapping[str, str], groups: Iterable[str] = ()
) -> Channel:
    """A secret that is left empty stays as it was. What waits is tried at once. Raises as `add_channel` does."""
    channel = _locked(actor, channel_id)
    before = audit.values(channel, SHOWN)
    _fill(channel, name, values, groups, kept=opened(channel.secret))
    channel.failing_since = channel.quiet_until = channel.told_failing_at = channel.token_until = None
    channel.save()
    ask(SEND, set(channels_due(at)) & {channel.pk})
    after = audit.values(channel, SHOWN)
    audit.record(actor=actor, at=at, verb="messaging.edit_channel", target=channel, before=before, after=after)
    return channel


@transaction.atomic
def pause_channel(*, actor: Actor, at: datetime, channel_id: int) -> Channel:
    """What is to go by it waits. Raises NotFound."""
    channel = _locked(actor, channel_id)
    channel.paused_at = channel.paused_at or at
    channel.save(update_fields=["paused_at"])
    audit.record(actor=actor, at=at, verb="messaging.pause_channel", target=channel, after={"paused_at": at})
    return channel


@transaction.atomic
def resume_channel(*, actor: Actor, at: datetime, channel_id: int) -> Channel:
    """What waited goes now. Raises NotFound."""
    channel = _locked(actor, channel_id)
    channel.paused_at = channel.quiet_until = None
    channel.save(update_fields=["paused_at", "quiet_until"])
    ask(SEND, set(channels_due(at)) & {channel.pk})
    audit.record(actor=actor, at=at, verb="messaging.resume_channel", target=channel, after={"paused_at": None})
    return channel


@transaction.atomic
def delete_channel(*, actor: Actor, at: datetime, channel_id: int) -> None:
    """Nothing goes by it any more; its secrets are gone, what it sent is still told of. Raises NotFound."""
    channel = _locked(actor, channel_id)
    channel.deleted_at, channel.secret, channel.token = at, "", ""
    channel.save(update_fields=["deleted_at", "secret", "token"])
    before = audit.values(channel, SHOWN)
    audit.record(actor=actor, at=at, verb="messaging.delete_channel", target=channel, before=before)


@transaction.atomic
def send_test(*, actor: Actor, at: datetime, channel_id: int, address: str = "") -> Delivery:
    """A message to oneself by this channel alone; `address` where we know none of one's own (an open id, a number).

    Raises NotFound, Invalid where there is nowhere to send it to.
    """
    channel = _locked(actor, channel_id)
    address = _own_address(channel, actor, address.strip())
    key = f"test:{channel.pk}:{at.isoformat()}"
    tell(
        recipient_ids=[actor.user_id or 0],
        site_id=channel.site_id,
        kind="test",
        title=_("测试消息"),
        body=_("看到这条消息，说明“%(name)s”可以用了。") % {"name": channel},
        is_urgent=True,
        dedupe_key=key,
        at=at,
    )
    message = Message.objects.get(recipient=actor.user_id, dedupe_key=key)
    Message.objects.filter(pk=message.pk).update(planned_at=at)
    Channel.objects.filter(pk=channel.pk).update(quiet_until=None)
    delivery = Delivery.objects.create(
        site_id=channel.site_id,
        message=message,
        way=channel.way,
        channel=channel,
        key=key,
        address=address,
        is_urgent=True,
        created_at=at,
        next_try_at=at,
    )
    ask(SEND, [channel.pk])
    audit.record(actor=actor, at=at, verb="messaging.send_test", target=channel)
    return delivery


def _own_address(channel: Channel, actor: Actor, typed: str) -> str:
    """Raises Invalid."""
    if actor.user_id is None:
        raise absent()
    if channel.way in (Way.BOT, Way.PUSH):
        return ""
    known = {Way.EMAIL: mail_of(actor.user_id)}
    address = typed or known.get(channel.way, "")
    fits = {Way.EMAIL: MAIL, Way.SMS: MOBILE}.get(channel.way)
    if not address or len(address) > 200 or (fits is not None and not fits.fullmatch(address)):
        raise Invalid(_("请填写您自己的收件地址：邮箱、手机号或微信 OpenID。"), field="address")
    return address


def _locked(actor: Actor, channel_id: int) -> Channel:
    channel = channels_visible(actor).select_for_update(of=("self",)).filter(pk=channel_id).first()
    if channel is None:
        raise absent()
    return channel


def _fill(
    channel: Channel, name: str, values: Mapping[str, str], groups: Iterable[str], *, kept: Mapping[str, str]
) -> None:
    if not name.strip() or len(name) > NAME_LENGTH:
        raise Invalid(_("请填写名称，最多 %(most)s 个字。") % {"most": NAME_LENGTH}, field="name")
    kind = ChannelKind(channel.kind)
    said = {each.name: values.get(each.name, "").strip() or kept.get(each.name, "") for each in SETTINGS[kind]}
    wrong = wrong_in(kind, said)
    if wrong is not None:
        raise Invalid(wrong[1], field=wrong[0])
    _check_urls(kind, said)
    secret = {each.name for each in SETTINGS[kind] if each.is_secret}
    sealed_values = {key: value for key, value in said.items() if key in secret and value}
    channel.name, channel.groups = name.strip(), sorted(set(groups) & set(map(str, Group)))
    channel.settings = {key: _typed(key, value) for key, value in said.items() if key not in secret}
    if kind == ChannelKind.WEB_PUSH:
        channel.settings, sealed_values = _push_settings(said, kept)
    channel.secret = sealed(sealed_values)


def _check_urls(kind: ChannelKind, said: Mapping[str, str]) -> None:
    for each in SETTINGS[kind]:
        if each.is_url:
            try:
                checked_url(said[each.name])
            except ForbiddenAddress as refusal:
                raise ForbiddenAddress(refusal.message, field=each.name) from refusal


def _typed(key: str, value: str) -> str | int:
    if key == "port":
        return int(value)
    return value.rstrip("/") if key == "endpoint" else value


def _push_settings(said: Mapping[str, str], kept: Mapping[str, str]) -> tuple[dict[str, str], dict[str, str]]:
    """The key pair is made once: browsers that subscribed are bound to it."""
    vapid = Vapid02.from_string(kept["private_key"]) if kept else Vapid02()
    if not kept:
        vapid.generate_keys()
    public = vapid.public_key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    number = vapid.private_key.private_numbers().private_value
    settings = {"contact": f"mailto:{said['contact'].removeprefix('mailto:')}", "public_key": b64urlencode(public)}
    return settings, {"private_key": b64urlencode(number.to_bytes(32, "big"))}
