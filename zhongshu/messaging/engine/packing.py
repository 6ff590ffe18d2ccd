"""From deliveries to what a carrier is given: the words, filled in; where to; what goes with it."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db.models import Q

from zhongshu.identity.models import Company
from zhongshu.kernel.clock import local
from zhongshu.messaging.engine.parcels import Attachment, Parcel, Subscription
from zhongshu.messaging.engine.sealing import opened
from zhongshu.messaging.kinds import Way
from zhongshu.messaging.models import CustomerNotice, Delivery, Message, PushSubscription, Template
from zhongshu.messaging.policies.shipped import CHINESE, SHIPPED, Words
from zhongshu.messaging.policies.texts import filled


@dataclass(frozen=True, slots=True)
class Wording:
    """The words for one kind, way and language; `template` None: those we ship."""

    words: Words
    template: Template | None

    @property
    def vendor_id(self) -> str:
        return self.template.vendor_id if self.template else ""


class Wordings:
    """All templates in force. One statement."""

    def __init__(self) -> None:
        rows = Template.objects.filter(retired_at__isnull=True)
        self._rows = {(row.kind, row.way, row.language): row for row in rows}

    def of(self, kind: str, way: Way, language: str) -> Wording:
        """For the kind itself, else for every kind, in the person's language, else in Chinese."""
        for key in ((kind, way, language), ("", way, language), (kind, way, CHINESE), ("", way, CHINESE)):
            row = self._rows.get(key)
            if row is not None:
                return Wording(Words(row.title, row.text), row)
        return Wording(SHIPPED.get((way, language)) or SHIPPED[way, CHINESE], None)


class Packing:
    """What a batch of deliveries needs: at most five statements, whatever their number."""

    def __init__(self, deliveries: Sequence[Delivery]) -> None:
        self.wordings = Wordings()
        self.company = Company.objects.order_by("pk").values_list("name", flat=True).first() or ""
        self._subscriptions = _subscriptions(deliveries)
        self._mentions = _mentions(deliveries)

    def parcel(self, delivery: Delivery) -> Parcel:
        """With the text and the template noted on the delivery (not saved)."""
        way, language = Way(delivery.way), _language(delivery)
        wording = self.wordings.of(_of(delivery).kind, way, language)
        link = delivery.message.link if delivery.message else ""
        values = self._values(delivery, link)
        delivery.template, delivery.text = wording.template, filled(wording.words.text, values)
        document = delivery.message.document if delivery.message else None
        return Parcel(
            key=delivery.key,
            address=delivery.address,
            title=filled(wording.words.title, values) or values["title"],
            text=delivery.text,
            link=link,
            url=values["link"],
            is_urgent=delivery.is_urgent,
            said=wording.words.text,
            values=values,
            vendor_id=wording.vendor_id,
            mentions=self._mentions.get(delivery.pk, ()),
            attachment=Attachment(document.name, document.file.read()) if document and way == Way.EMAIL else None,
            subscriptions=tuple(self._subscriptions[delivery.message.recipient_id]) if delivery.message else (),
        )

    def _values(self, delivery: Delivery, link: str) -> dict[str, str]:
        told = _of(delivery)
        at: datetime = told.sent_at if isinstance(told, Message) else told.told_at
        return {
            "title": told.title,
            "body": told.body,
            "link": absolute(link),
            "site": delivery.site.name if delivery.site else "",
            "company": self.company,
            "name": _name(delivery),
            "time": local(at).strftime("%Y-%m-%d %H:%M"),
        }


def absolute(link: str) -> str:
    """With the address under which people know us (the first of ZHONGSHU_ORIGINS); empty where none is said."""
    origins = settings.CSRF_TRUSTED_ORIGINS
    return origins[0].rstrip("/") + link if origins and link else ""


def _of(delivery: Delivery) -> Message | CustomerNotice:
    told = delivery.message or delivery.notice
    assert told is not None  # noqa: S101 - the table says so
    return told


def _name(delivery: Delivery) -> str:
    if delivery.message:
        return str(delivery.message.recipient)
    return str(delivery.notice.customer) if delivery.notice and delivery.notice.customer else ""


def _language(delivery: Delivery) -> str:
    """The person's own; Chinese for whoever has none."""
    user = delivery.message.recipient if delivery.message else None
    if delivery.notice and delivery.notice.customer:
        user = delivery.notice.customer.user
    return user.language or CHINESE if user else CHINESE


def _subscriptions(deliveries: Iterable[Delivery]) -> dict[int, list[Subscription]]:
    people = {each.message.recipient_id for each in deliveries if each.message and each.way == Way.PUSH}
    found: dict[int, list[Subscription]] = defaultdict(list)
    for row in PushSubscription.objects.filter(user__in=people) if people else ():
        found[row.user_id].append(Subscription(row.pk, row.endpoint, opened(row.keys)))
    return found


def _mentions(deliveries: Iterable[Delivery]) -> dict[int, tuple[str, ...]]:
    """For an urgent message to a group: the numbers of all who are told of it."""
    keys = {each.message.dedupe_key: each.pk for each in deliveries if each.message and each.way == Way.BOT}
    urgent = Message.objects.filter(Q(dedupe_key__in=keys), is_urgent=True).exclude(recipient__phone="")
    found: dict[int, set[str]] = defaultdict(set)
    for key, phone in urgent.values_list("dedupe_key", "recipient__phone") if keys else ():
        found[keys[key]].add(phone)
    return {pk: tuple(sorted(numbers)) for pk, numbers in found.items()}
