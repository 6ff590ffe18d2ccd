"""Anger noted by whoever met with it, and relief by whoever answers for them.

The audit says that something was noted, not how much: it is read by people whom this does not concern.
"""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from zhongshu.cases.models import Case
from zhongshu.cases.queries import case_by_number
from zhongshu.channels.actions._parts import short
from zhongshu.channels.errors import AlreadyDone, NotRelieved
from zhongshu.channels.kinds import ContactKind
from zhongshu.channels.models import AngryContact, Call, Relief
from zhongshu.channels.permissions import NOTE_LOAD
from zhongshu.channels.policies.calls import number_of
from zhongshu.channels.policies.load import relief_ends
from zhongshu.channels.queries.limits import limits_of
from zhongshu.channels.queries.load import load_of_staff, may_relieve, own_staff, relief_of, relievers_of
from zhongshu.identity import audit
from zhongshu.identity.actor import Actor
from zhongshu.kernel.clock import day_of
from zhongshu.kernel.errors import Invalid, NotFound
from zhongshu.messaging.actions import tell
from zhongshu.people.models import Staff

LONGEST = 480
LONGEST_RELIEF = 480


@dataclass(frozen=True, slots=True)
class _About:
    """What the contact was about."""

    kind: ContactKind
    call: Call | None = None
    case: Case | None = None

    @property
    def number(self) -> str:
        if self.call:
            return self.call.number
        return number_of(self.case.number_to_call) if self.case else ""


@transaction.atomic
def note_anger(
    *,
    actor: Actor,
    at: datetime,
    minutes: int,
    is_abusive: bool = False,
    call_pk: int | None = None,
    case_number: str = "",
) -> AngryContact:
    """An angry contact of one's own: a call, a case, else a visit at the counter. `minutes`: 1–480.

    When it has become too much on this shift, those who relieve the person are told, once until they do.
    Raises NotFound for what is not one's own or not to be seen, AlreadyDone, Invalid.
    """
    staff = _me(actor)
    if not 1 <= minutes <= LONGEST:
        raise Invalid(_("分钟数应在 1 到 %(most)s 之间。") % {"most": LONGEST}, field="minutes")
    about = _about(actor, staff, call_pk, case_number)
    contact = AngryContact.objects.create(
        site_id=staff.site_id,
        staff=staff,
        kind=about.kind,
        call=about.call,
        case=about.case,
        number=about.number,
        at=(about.call.answered_at if about.call else None) or at,
        minutes=minutes,
        is_abusive=is_abusive,
        noted_at=at,
    )
    audit.record(actor=actor, at=at, verb="channels.note_anger", target=contact)
    _ask_for_relief(staff, at=at)
    return contact


def _me(actor: Actor) -> Staff:
    """One's own row, locked: two contacts noted at once are counted together."""
    staff = own_staff(actor)
    if staff is None or not actor.may(NOTE_LOAD, staff.site_id):
        raise NotFound(_("没有找到您的员工档案。"))
    Staff.objects.select_for_update().get(pk=staff.pk)
    return staff


def _about(actor: Actor, staff: Staff, call_pk: int | None, case_number: str) -> _About:
    case = case_by_number(actor, case_number) if case_number else None
    if call_pk is None:
        return _About(ContactKind.CASE, case=case) if case else _About(ContactKind.COUNTER)
    call = Call.objects.filter(pk=call_pk, agent=staff).select_related("case").first()
    if call is None:
        raise NotFound(_("没有找到这通电话，或者不是您接的。"))
    if AngryContact.objects.filter(staff=staff, call=call).exists():
        raise AlreadyDone(_("这通电话已经标记过了。"))
    return _About(ContactKind.CALL, call=call, case=case or call.case)


def _ask_for_relief(staff: Staff, *, at: datetime) -> None:
    limits = limits_of(staff.site_id, day_of(at))
    if relief_of(staff.pk, at=at) or not load_of_staff(staff, at=at).is_too_much(limits):
        return
    relief = Relief.objects.create(site_id=staff.site_id, staff=staff, due_at=at)
    tell(
        recipient_ids=sorted(relievers_of(staff, at=at)),
        site_id=staff.site_id,
        kind="relieve_colleague",
        title=_("请替换 %(name)s 休息") % {"name": staff.user.name},
        body=_("本班接待情绪激动客户已到上限。在您登记之前，激动的来电会转给其他同事。仅用于关怀，不作考核。"),
        link=reverse("channels:load"),
        is_urgent=True,
        dedupe_key=f"relief:{relief.pk}",
        at=at,
    )


@transaction.atomic
def relieve(*, actor: Actor, at: datetime, staff_id: int, minutes: int | None = None, words: str = "") -> Relief:
    """Somebody takes over: from now on nobody rings the person until it ends. Told beforehand or not.

    `minutes` default to the site's number. Raises NotFound for whom one does not relieve, NotRelieved, Invalid.
    """
    staff = Staff.objects.select_related("site", "user", "team__lead").filter(pk=staff_id).first()
    if staff is None or not may_relieve(actor, staff, at=at):
        raise NotFound(_("没有找到这位员工，或者您无权查看。"))
    Staff.objects.select_for_update().get(pk=staff.pk)
    minutes = minutes or limits_of(staff.site_id, day_of(at)).relief_minutes
    if not 1 <= minutes <= LONGEST_RELIEF:
        raise Invalid(_("分钟数应在 1 到 %(most)s 之间。") % {"most": LONGEST_RELIEF}, field="minutes")
    relief = relief_of(staff.pk, at=at) or Relief(site_id=staff.site_id, staff=staff, due_at=at)
    if relief.began_at is not None:
        raise NotRelieved(_("%(name)s 已经在休息了。") % {"name": staff.user.name})
    relief.began_at, relief.ends_at, relief.by_id = at, relief_ends(at, minutes), actor.user_id
    relief.words = short(words, field="words", most=200, what=_("说明"))
    relief.save()
    audit.record(actor=actor, at=at, verb="channels.relieve", target=relief)
    _tell_the_relieved(staff, relief, at=at)
    return relief


def _tell_the_relieved(staff: Staff, relief: Relief, *, at: datetime) -> None:
    tell(
        recipient_ids=[staff.user_id],
        site_id=staff.site_id,
        kind="relieved",
        title=_("您可以休息一下，同事会替您接待"),
        body=relief.words,
        link=reverse("channels:load"),
        dedupe_key=f"relieved:{relief.pk}",
        at=at,
    )
