"""By which channels messages to staff go out."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import datetime

from zhongshu.messaging.engine.lines import Lines, Nights
from zhongshu.messaging.engine.shifts import on_shift
from zhongshu.messaging.kinds import Group, Way, When
from zhongshu.messaging.lifecycle import DeliveryState
from zhongshu.messaging.models import Address, Delivery, Message, Preference, PushSubscription
from zhongshu.messaging.policies.quiet import earliest
from zhongshu.messaging.policies.routing import group_of, staff_ways


class StaffRoutes:
    """What has to be known about the recipients of a batch of messages: five statements."""

    def __init__(self, messages: Sequence[Message], lines: Lines, *, at: datetime) -> None:
        self.at, self.lines, self.nights = at, lines, Nights.read(at)
        people = {message.recipient_id for message in messages}
        self._on_shift = on_shift(people, at)
        self._pushed = set(PushSubscription.objects.filter(user__in=people).values_list("user_id", flat=True))
        mail = Address.objects.filter(user__in=people, way=Way.EMAIL)
        self._mail: dict[int | None, str] = dict(mail.values_list("user_id", "address"))
        self._chosen: dict[int, dict[tuple[Group, Way], When]] = defaultdict(dict)
        for row in Preference.objects.filter(user__in=people):
            self._chosen[row.user_id][Group(row.group), Way(row.way)] = When(row.when)

    def deliveries(self, message: Message) -> Iterator[Delivery]:
        """One for each channel; that of a group stands once for all who are told of the same occasion."""
        group = group_of(message.kind)
        addresses = self._addresses(message)
        ways = staff_ways(
            group,
            self._chosen[message.recipient_id],
            reachable=addresses,
            is_on_shift=message.recipient_id in self._on_shift,
        )
        if message.document_id and Way.EMAIL in addresses and Way.EMAIL not in ways:
            ways.append(Way.EMAIL)
        for way in ways:
            yield self._delivery(message, way, f"m{message.pk}:{way}", addresses[way])
        for bot in self.lines.bots(group, message.site_id):
            delivery = self._delivery(message, Way.BOT, f"b{bot.pk}:{message.dedupe_key}", "")
            delivery.channel = bot
            yield delivery

    def _addresses(self, message: Message) -> dict[Way, str]:
        """Where the person can be reached by what is set up."""
        user = message.recipient
        known = {Way.PUSH: str(user), Way.EMAIL: self._mail.get(user.pk, ""), Way.SMS: user.phone}
        if user.pk not in self._pushed:
            del known[Way.PUSH]
        return {way: at for way, at in known.items() if at and self.lines.one(way, message.site_id)}

    def _delivery(self, message: Message, way: Way, key: str, address: str) -> Delivery:
        is_exempt = message.is_urgent or message.recipient_id in self._on_shift
        ready = earliest(self.at, self.nights.of(message.site_id), is_exempt=is_exempt)
        return Delivery(
            site_id=message.site_id,
            message=message,
            way=way,
            channel=self.lines.one(way, message.site_id),
            key=key,
            address=address,
            is_urgent=message.is_urgent,
            state=DeliveryState.WAITING if ready == self.at else DeliveryState.HELD,
            created_at=self.at,
            next_try_at=ready,
        )
