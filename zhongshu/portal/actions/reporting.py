"""A resident reports a matter, says that they have it too, asks how long it will take."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from zhongshu.cases.actions import Intake, add_further_call, note_complaint, open_cases, report_to_incident
from zhongshu.cases.kinds import ComplaintKind
from zhongshu.cases.lifecycle import Channel
from zhongshu.cases.models import Case
from zhongshu.estate.models import Account, Place
from zhongshu.identity.actor import Actor
from zhongshu.kernel.errors import NotFound
from zhongshu.portal.queries import homes, matter, touching_home
from zhongshu.work.permissions import vouched


@transaction.atomic
def report(
    *, actor: Actor, at: datetime, account_number: str, text: str, where: str = "", is_complaint: bool = False
) -> Intake:
    """About the home (`where` empty) or another place that `where` names. Raises NotFound, Invalid."""
    home = _home(actor, account_number, at=at)
    intake = open_cases(
        actor=actor,
        at=at,
        site=home.site,
        text=text,
        channel=Channel.PORTAL,
        place_text=where,
        place_code=None if where else _unit(home).code,
        caller_phone=_number(home),
        caller_name=actor.name,
    )
    if is_complaint:
        kind = ComplaintKind.COMPLAINT
        note_complaint(actor=vouched(actor), at=at, case_id=intake.case.pk, kind=kind)
    return intake


@transaction.atomic
def report_incident(*, actor: Actor, at: datetime, number: str, text: str = "") -> Case:
    """My home has it too: one more report of a running incident. Raises NotFound, IncidentOver."""
    home, incident = next(
        ((home, each) for home in homes(actor, at=at) for each in touching_home(home, at=at) if each.number == number),
        (None, None),
    )
    if home is None or incident is None:
        raise NotFound(_("没有找到这个事件，或者它已经结束。"))
    return report_to_incident(
        actor=actor,
        at=at,
        incident_id=incident.pk,
        text=text.strip() or incident.title,
        channel=Channel.PORTAL,
        place_code=_unit(home).code,
        caller_phone=_number(home),
        caller_name=actor.name,
    )


@transaction.atomic
def ask_again(*, actor: Actor, at: datetime, number: str, text: str = "") -> Case:
    """How long will it take? Raises NotFound, IllegalCaseMove."""
    case = matter(actor, number, at=at)
    add_further_call(actor=vouched(actor), at=at, case_id=case.pk, channel=Channel.PORTAL, text=text)
    return case


def _home(actor: Actor, account_number: str, *, at: datetime) -> Account:
    home = next((each for each in homes(actor, at=at) if each.number == account_number), None)
    if home is None or home.unit is None:
        raise NotFound(_("您的账号没有关联这套房屋。"))
    return home


def _unit(home: Account) -> Place:
    if home.unit is None:
        raise NotFound(_("您的账号没有关联这套房屋。"))
    return home.unit


def _number(home: Account) -> str:
    return next((phone.number for phone in home.customer.phones.all()), "")
