"""All reads of messaging."""

from django.db.models import QuerySet

from zhongshu.identity.actor import Actor
from zhongshu.messaging.models import Message


def inbox(actor: Actor) -> QuerySet[Message]:
    """What the person was told, newest first."""
    return Message.objects.filter(recipient_id=actor.user_id).order_by("-sent_at", "-pk")


def unread_count(user_id: int | None) -> int:
    """How many messages the user has not read yet."""
    return Message.objects.filter(recipient_id=user_id, read_at__isnull=True).count()
