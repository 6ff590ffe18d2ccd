"""Photos of the place, before and after."""

from datetime import datetime
from hashlib import sha256

from django.core.files.base import ContentFile
from django.db import transaction

from zhongshu.identity import audit
from zhongshu.identity.actor import Actor
from zhongshu.work import pictures
from zhongshu.work.engine.moves import check_open, locked
from zhongshu.work.models import OrderPhoto


def add_photo(*, actor: Actor, at: datetime, order_id: int, upload: pictures.Readable, is_after: bool) -> OrderPhoto:
    """Keep a photo; everybody who may see the order may add one. The same picture sent again is the same photo.

    Raises OrderNotFound, OrderEnded, PhotoRefused.
    """
    content = pictures.read(upload)
    digest = sha256(content).hexdigest()
    jpeg = pictures.as_jpeg(content)
    with transaction.atomic():
        order = locked(order_id, actor=actor)
        check_open(order)
        kept = order.photos.filter(sha256=digest).first()
        if kept is not None:
            return kept
        photo = OrderPhoto(
            site_id=order.site_id, order=order, sha256=digest, is_after=is_after, at=at, by_id=actor.user_id
        )
        photo.file.save(f"{order.number}-{digest[:16]}.jpg", ContentFile(jpeg), save=True)
        after = {"photo_id": photo.pk, "sha256": digest, "is_after": is_after}
        audit.record(actor=actor, at=at, verb="work.add_photo", target=order, after=after)
        return photo
