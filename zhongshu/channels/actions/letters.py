"""Letters: kept page by page, answered in writing."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from hashlib import sha256

from django.core.files.base import ContentFile
from django.db import transaction
from django.utils.translation import gettext as _

from zhongshu.cases.actions import open_case
from zhongshu.cases.lifecycle import Channel
from zhongshu.channels.actions._parts import stated
from zhongshu.channels.errors import AlreadyDone
from zhongshu.channels.models import Letter, LetterPage
from zhongshu.channels.permissions import KEEP_LETTERS
from zhongshu.channels.pictures import pages_of
from zhongshu.channels.queries.letters import letter_seen
from zhongshu.identity import audit
from zhongshu.identity.actor import Actor
from zhongshu.identity.models import Site
from zhongshu.kernel.clock import day_of
from zhongshu.kernel.errors import Invalid
from zhongshu.work.permissions import vouched
from zhongshu.work.pictures import Readable


def keep_letter(
    *,
    actor: Actor,
    at: datetime,
    site: Site,
    sender: str,
    text: str,
    received_on: date,
    place_text: str = "",
    phone: str = "",
    scans: Iterable[Readable] = (),
) -> Letter:
    """A letter becomes a case of its channel, with its pages. `text`: what it says, or in short what it is about.

    Raises NotFound, Invalid, ScanRefused.
    """
    actor.require(KEEP_LETTERS, site.pk)
    sender = stated(sender, field="sender", most=40, what=_("写信人"))
    if received_on > day_of(at):
        raise Invalid(_("收信日期不能晚于今天。"), field="received_on")
    pages = pages_of(scans)  # slow, so before anything is locked
    with transaction.atomic():
        case = open_case(
            actor=vouched(actor),
            at=at,
            site=site,
            text=text,
            channel=Channel.LETTER,
            place_text=place_text,
            caller_name=sender,
            caller_phone=phone,
        ).case
        letter = Letter.objects.create(
            site=site, case=case, sender=sender, received_on=received_on, kept_at=at, kept_by_id=actor.user_id
        )
        _keep(letter, pages, is_reply=False)
        after = {"case": case.number, "received_on": received_on, "pages": len(pages)}
        audit.record(actor=actor, at=at, verb="channels.keep_letter", target=letter, after=after)
    return letter


def reply_to_letter(
    *,
    actor: Actor,
    at: datetime,
    letter_id: int,
    reply: str,
    replied_on: date,
    scans: Iterable[Readable] = (),
) -> Letter:
    """What was written back, and when it went out. Raises NotFound, AlreadyDone, Invalid, ScanRefused."""
    pages = pages_of(scans)
    with transaction.atomic():
        letter_seen(actor, letter_id)
        letter = Letter.objects.select_for_update().get(pk=letter_id)
        if letter.replied_on is not None:
            raise AlreadyDone(_("这封信已经回复过了。"))
        if not letter.received_on <= replied_on <= day_of(at):
            raise Invalid(_("回信日期应在收信之后、今天之前。"), field="replied_on")
        letter.reply = stated(reply, field="reply", most=4000, what=_("回信内容"))
        letter.replied_on, letter.replied_by_id = replied_on, actor.user_id
        letter.save(update_fields=["reply", "replied_on", "replied_by"])
        _keep(letter, pages, is_reply=True)
        audit.record(
            actor=actor, at=at, verb="channels.reply_to_letter", target=letter, after={"replied_on": replied_on}
        )
    return letter


def _keep(letter: Letter, pages: Sequence[bytes], *, is_reply: bool) -> None:
    """The same page sent twice is one page."""
    for content in pages:
        digest = sha256(content).hexdigest()
        if not letter.pages.filter(sha256=digest).exists():
            page = LetterPage(letter=letter, sha256=digest, is_reply=is_reply)
            page.file.save(f"{letter.pk}-{digest[:16]}.jpg", ContentFile(content), save=True)
