"""Keeping what there is to be proved: photos, recordings, witnesses, notes; and who else was told."""

from datetime import datetime
from hashlib import sha256

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils.translation import gettext as _

from zhongshu.identity.actor import Actor
from zhongshu.kernel.errors import Invalid
from zhongshu.kernel.words import short, stated
from zhongshu.scene import recordings
from zhongshu.scene.actions._parts import locked
from zhongshu.scene.engine.log import log
from zhongshu.scene.kinds import EntryKind
from zhongshu.scene.models import Assistance, Entry
from zhongshu.work import pictures

TEXT_LENGTH = 2000


@transaction.atomic
def add_note(*, actor: Actor, at: datetime, call_id: int, text: str) -> Entry:
    """What somebody saw. Raises NotFound, Invalid."""
    call = locked(actor, call_id)
    said = stated(text, field="text", most=TEXT_LENGTH, what=_("情况说明"))
    return log(call, EntryKind.NOTE, said, actor=actor, at=at)


@transaction.atomic
def add_witness(*, actor: Actor, at: datetime, call_id: int, name: str, phone: str, text: str) -> Entry:
    """Who saw it and what they say; the number is shown masked. Raises NotFound, Invalid."""
    call = locked(actor, call_id)
    facts = {
        "name": stated(name, field="name", most=40, what=_("证人姓名")),
        "phone": short(phone, field="phone", most=20, what=_("证人电话")),
    }
    said = stated(text, field="text", most=TEXT_LENGTH, what=_("证人陈述"))
    return log(call, EntryKind.WITNESS, said, actor=actor, at=at, facts=facts)


def add_photo(*, actor: Actor, at: datetime, call_id: int, upload: pictures.Readable, text: str = "") -> Entry:
    """Keep a photo as it was sent, beside a copy that pages may show. The same one again is the same line.

    Raises NotFound, PhotoRefused, Invalid.
    """
    content = pictures.read(upload)
    jpeg = pictures.as_jpeg(content)
    return _kept(call_id, EntryKind.PHOTO, content, shown=jpeg, ending="jpg", text=text, actor=actor, at=at)


def add_sound(*, actor: Actor, at: datetime, call_id: int, upload: recordings.Readable, text: str = "") -> Entry:
    """Keep a sound recording. The same one again is the same line. Raises NotFound, EvidenceRefused, Invalid."""
    content = recordings.read(upload)
    ending = recordings.ending_of(content)
    return _kept(call_id, EntryKind.SOUND, content, shown=None, ending=ending, text=text, actor=actor, at=at)


@transaction.atomic
def _kept(
    call_id: int,
    kind: EntryKind,
    content: bytes,
    *,
    shown: bytes | None,
    ending: str,
    text: str,
    actor: Actor,
    at: datetime,
) -> Entry:
    call = locked(actor, call_id)
    said = short(text, field="text", most=500, what=_("说明"))
    digest = sha256(content).hexdigest()
    earlier = call.entries.filter(sha256=digest).first()
    if earlier is not None:
        return earlier
    file = _stored(call, f"{digest[:16]}.{ending}", content if shown is None else shown)
    original = file if shown is None else _stored(call, f"{digest[:16]}.original", content)
    return log(call, kind, said, actor=actor, at=at, file=file, original=original, sha256=digest)


def _stored(call: Assistance, name: str, content: bytes) -> str:
    where = f"scene/{call.raised_at:%Y/%m}/{call.number}-{name}"
    return str(default_storage.save(where, ContentFile(content)))


@transaction.atomic
def tell_police(
    *, actor: Actor, at: datetime, call_id: int, report_number: str, station: str, officer: str = "", text: str = ""
) -> Entry:
    """The police were told: number of the report, station, officer. Raises NotFound, Invalid."""
    call = locked(actor, call_id)
    facts = {
        "report_number": short(report_number, field="report_number", most=60, what=_("接警编号")),
        "station": stated(station, field="station", most=80, what=_("派出所")),
        "officer": short(officer, field="officer", most=60, what=_("民警")),
    }
    said = short(text, field="text", most=TEXT_LENGTH, what=_("说明"))
    return log(call, EntryKind.POLICE, said, actor=actor, at=at, facts=facts)


@transaction.atomic
def tell_ambulance(
    *, actor: Actor, at: datetime, call_id: int, hospital: str = "", vehicle: str = "", text: str = ""
) -> Entry:
    """An ambulance was called, or has taken somebody away. Raises NotFound, Invalid when nothing is said."""
    call = locked(actor, call_id)
    facts = {
        "hospital": short(hospital, field="hospital", most=80, what=_("医院")),
        "vehicle": short(vehicle, field="vehicle", most=40, what=_("车号")),
    }
    said = short(text, field="text", most=TEXT_LENGTH, what=_("说明"))
    if not (said or any(facts.values())):
        raise Invalid(_("请写明急救情况。"), field="text")
    return log(call, EntryKind.AMBULANCE, said, actor=actor, at=at, facts=facts)
