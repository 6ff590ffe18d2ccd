"""All reads of messaging."""

from datetime import datetime

from django.db.models import Count, OuterRef, Prefetch, Q, QuerySet, Subquery
from django.utils.translation import gettext as _

from zhongshu.estate.models import Customer
from zhongshu.estate.permissions import EDIT_CUSTOMERS
from zhongshu.identity.actor import Actor
from zhongshu.identity.models import RoleGrant, User
from zhongshu.kernel.clock import day_of
from zhongshu.kernel.errors import NotFound
from zhongshu.kernel.periods import in_force
from zhongshu.messaging.kinds import Way
from zhongshu.messaging.lifecycle import DeliveryState
from zhongshu.messaging.models import (
    Address,
    Attempt,
    Channel,
    Consent,
    CustomerNotice,
    Delivery,
    Document,
    Message,
    Preference,
    PushSubscription,
    QuietHours,
    Template,
)
from zhongshu.messaging.permissions import MANAGE_CHANNELS, VIEW_DELIVERIES


def inbox(actor: Actor) -> QuerySet[Message]:
    """What the person was told, newest first."""
    return Message.objects.filter(recipient_id=actor.user_id).order_by("-sent_at", "-pk")


def unread_count(user_id: int | None) -> int:
    """How many messages the user has not read yet."""
    return Message.objects.filter(recipient_id=user_id, read_at__isnull=True).count()


def due(at: datetime) -> QuerySet[Delivery]:
    """What waits for its try, except by channels that are paused, deleted, or left alone for a while."""
    rows = Delivery.objects.filter(state__in=(DeliveryState.WAITING, DeliveryState.HELD), next_try_at__lte=at)
    rows = rows.filter(channel__paused_at=None, channel__deleted_at=None)
    rows = rows.filter(Q(channel__quiet_until=None) | Q(channel__quiet_until__lte=at))
    told = ("message__recipient", "message__document", "notice__customer__user", "site", "channel")
    return rows.select_related(*told)


def channels_due(at: datetime) -> list[int]:
    """The channels by which something is due."""
    return sorted(due(at).select_related(None).order_by().values_list("channel_id", flat=True).distinct())


def channels_visible(actor: Actor) -> QuerySet[Channel]:
    """The channels the actor may manage, each with what waits and what was lost in the last days."""
    rows = Channel.objects.filter(deleted_at__isnull=True).select_related("site")
    return actor.visible(rows, MANAGE_CHANNELS)


def channels_counted(actor: Actor) -> QuerySet[Channel]:
    """The same, each with `waiting` and `lost` (deliveries)."""
    waiting, lost = (DeliveryState.WAITING, DeliveryState.HELD), (DeliveryState.UNSURE, DeliveryState.GIVEN_UP)
    return channels_visible(actor).annotate(
        waiting=Count("deliveries", filter=Q(deliveries__state__in=waiting)),
        lost=Count("deliveries", filter=Q(deliveries__state__in=lost)),
    )


def channel_seen(actor: Actor, channel_id: int) -> Channel:
    """Raises NotFound."""
    channel = channels_counted(actor).filter(pk=channel_id).first()
    if channel is None:
        raise NotFound(_("没有这个发送渠道，或者您无权管理。"))
    return channel


def troubled_channels() -> QuerySet[Channel]:
    """Channels that take nothing at the moment."""
    return Channel.objects.filter(deleted_at=None, failing_since__isnull=False).order_by("failing_since")


def managers_of(channel: Channel, *, at: datetime) -> list[int]:
    """Active users who may manage the channel."""
    covering = Q(site__isnull=True) | Q(site_id=channel.site_id or 0)
    held = RoleGrant.objects.filter(in_force(day_of(at)), covering, role__in=MANAGE_CHANNELS.roles)
    return list(User.objects.filter(pk__in=held.values("user"), is_active=True).values_list("pk", flat=True))


def deliveries_visible(
    actor: Actor,
    *,
    way: str = "",
    state: str = "",
    channel: str = "",
    text: str = "",
    since: datetime | None = None,
    before: datetime | None = None,
) -> QuerySet[Delivery]:
    """What went out or is to, at the actor's sites, the latest first; `text` finds in titles and addresses."""
    told = ("message__recipient", "notice__customer", "site", "channel")
    rows = actor.visible(Delivery.objects.select_related(*told), VIEW_DELIVERIES)
    wanted = {"way": way, "state": state, "channel_id": channel if channel.isdecimal() and len(channel) < 10 else ""}
    rows = rows.filter(**{name: value for name, value in wanted.items() if value})
    if text:
        said = Q(message__title__icontains=text) | Q(notice__title__icontains=text)
        rows = rows.filter(said | Q(address__startswith=text) | Q(message__recipient__name=text))
    if since:
        rows = rows.filter(created_at__gte=since)
    if before:
        rows = rows.filter(created_at__lt=before)
    latest = Attempt.objects.filter(delivery=OuterRef("pk")).order_by("-pk")
    return rows.annotate(fault=Subquery(latest.values("fault")[:1])).order_by("-created_at", "-pk")


def delivery_seen(actor: Actor, delivery_id: int) -> Delivery:
    """One delivery with its tries, the latest first. Raises NotFound."""
    tries = Prefetch("attempts", Attempt.objects.order_by("-pk"))
    rows = deliveries_visible(actor).select_related("template", "message__recipient", "notice__customer", "channel")
    delivery = rows.prefetch_related(tries).filter(pk=delivery_id).first()
    if delivery is None:
        raise NotFound(_("没有这条发送记录，或者您无权查看。"))
    return delivery


def templates(*, only_in_force: bool = True) -> QuerySet[Template]:
    """The company's own words."""
    rows = Template.objects.all()
    return rows.filter(retired_at=None) if only_in_force else rows


def template_seen(template_id: int) -> Template:
    """Raises NotFound."""
    template = Template.objects.filter(pk=template_id).first()
    if template is None:
        raise NotFound(_("没有这个模板。"))
    return template


def kinds_heard() -> list[str]:
    """The kinds of messages and notices there have been, for choosing among."""
    staff = Message.objects.order_by("kind").values_list("kind", flat=True).distinct()
    customers = CustomerNotice.objects.order_by("kind").values_list("kind", flat=True).distinct()
    return sorted({*staff, *customers} - {"test"})


def quiet_hours(actor: Actor) -> QuerySet[QuietHours]:
    """All that were and will be: the company's, and those of the sites where the actor may decide."""
    own = actor.visible(QuietHours.objects.all(), MANAGE_CHANNELS)
    rows = own | QuietHours.objects.filter(site=None)
    return rows.select_related("site").order_by("site__code", "-starts_on")


def preferences_of(user_id: int) -> dict[tuple[str, str], str]:
    """What the person chose: by group and way, when."""
    rows = Preference.objects.filter(user=user_id)
    return {(row.group, row.way): row.when for row in rows}


def mail_of(user_id: int) -> str:
    """The e-mail address the person gave; empty where there is none."""
    return Address.objects.filter(user=user_id, way=Way.EMAIL).values_list("address", flat=True).first() or ""


def browsers_of(user_id: int) -> QuerySet[PushSubscription]:
    """The browsers that are pushed to."""
    return PushSubscription.objects.filter(user=user_id).order_by("-created_at")


def push_channel() -> Channel | None:
    """The channel of web push, if the company has one."""
    rows = Channel.objects.filter(kind="web_push", deleted_at=None, paused_at=None)
    return rows.order_by("pk").first()


def document_for(actor: Actor, document_id: int) -> Document:
    """A file that was sent to the person. Raises NotFound."""
    document = Document.objects.filter(pk=document_id, message__recipient=actor.user_id or 0).first()
    if document is None:
        raise NotFound(_("没有这个文件，或者它不是发给您的。"))
    return document


def notices_of(actor: Actor) -> QuerySet[CustomerNotice]:
    """What the resident was told, as any of the customers they are, the newest first."""
    rows = CustomerNotice.objects.filter(customer__user=actor.user_id or 0, withdrawn_at=None)
    return rows.select_related("site").order_by("-told_at", "-pk")


def customers_of(actor: Actor) -> list[Customer]:
    """The customers that the resident is."""
    return list(Customer.objects.filter(user=actor.user_id or 0).order_by("pk"))


def notices_to(customer: Customer) -> QuerySet[CustomerNotice]:
    """What one customer was told, the newest first, with how it went out."""
    ways = Prefetch("deliveries", Delivery.objects.order_by("pk"))
    return customer.notices.prefetch_related(ways).order_by("-told_at", "-pk")


def customer_seen(actor: Actor, customer_id: int) -> Customer:
    """A customer of a site at which the actor speaks with customers. Raises NotFound."""
    customer = actor.visible(Customer.objects.select_related("site"), EDIT_CUSTOMERS).filter(pk=customer_id)
    found = customer.first()
    if found is None:
        raise NotFound(_("没有这位客户，或者您无权查看。"))
    return found


def consents_of(customer: Customer) -> QuerySet[Consent]:
    """Every yes and no, the latest first."""
    return customer.consents.order_by("-at", "-pk")


def addresses_of(customer: Customer) -> dict[str, str]:
    """By way."""
    return dict(Address.objects.filter(customer=customer).values_list("way", "address"))
