"""What one can do about a call, as addresses take it: `POST /scene/<number>/<noun>`."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from zhongshu.identity.actor import Actor
from zhongshu.scene import actions, forms
from zhongshu.scene.lifecycle import OPEN, AssistanceState
from zhongshu.scene.permissions import OVERSEE_SCENE, TEND_SCENE
from zhongshu.scene.queries import CallView


@dataclass(frozen=True, slots=True)
class Noun:
    """Its address, its form, its action (which takes the form's fields), what is said when it is done."""

    noun: str
    label: Any
    icon: str
    form: type[forms.SceneForm]
    act: Callable[..., Any]
    done: Any


NOUNS = {
    noun.noun: noun
    for noun in (
        Noun("acceptance", _("我来支援"), "route", forms.AnswerForm, actions.accept, _("已应援，请尽快前往。")),
        Noun("arrival", _("我已到场"), "map-pin", forms.AnswerForm, actions.arrive, _("已记录到场。")),
        Noun("company", _("我也去"), "route", forms.AnswerForm, actions.come_along, _("已应援，请尽快前往。")),
        Noun("refusal", _("我来不了"), "x", forms.DeclineForm, actions.decline, _("已答复。")),
        Noun("stand-down", _("险情解除"), "circle-check", forms.StandDownForm, actions.stand_down, _("求助已解除。")),
        Noun("photos", _("照片"), "camera", forms.PhotoForm, actions.add_photo, _("照片已存证。")),
        Noun("sounds", _("录音"), "phone-call", forms.SoundForm, actions.add_sound, _("录音已存证。")),
        Noun("witnesses", _("证人"), "user-check", forms.WitnessForm, actions.add_witness, _("证人陈述已存证。")),
        Noun("notes", _("情况说明"), "message-circle", forms.NoteForm, actions.add_note, _("已记录。")),
        Noun("police", _("报警情况"), "shield-lock", forms.PoliceForm, actions.tell_police, _("报警情况已记录。")),
        Noun("ambulance", _("急救情况"), "urgent", forms.AmbulanceForm, actions.tell_ambulance, _("急救情况已记录。")),
        Noun("harmed", _("受伤害人"), "user", forms.HarmedForm, actions.say_who_is_harmed, _("已登记受伤害人。")),
        Noun("care", _("安排关怀"), "calendar-time", forms.CareForm, actions.plan_care, _("关怀任务已安排。")),
        Noun("reports", _("书面报告"), "clipboard-list", forms.ReportForm, actions.write_report, _("报告已归档。")),
    )
}
KEEPING = ("photos", "sounds", "witnesses", "notes", "police", "ambulance")
TENDING = ("harmed", "care")


def offered(view: CallView, actor: Actor) -> dict[str, tuple[Noun, ...]]:
    """What the page offers this person, by where it stands; the actions guard it."""
    oversees, tends = (actor.may(right, view.call.site_id) for right in (OVERSEE_SCENE, TEND_SCENE))
    return {
        "answers": _nouns(_answers(view, actor, oversees=oversees)),
        "end": _nouns(["stand-down"] if view.is_open and _may_end(view, actor, oversees=oversees) else []),
        "keeping": _nouns(KEEPING),
        "tending": _nouns(TENDING if tends else []),
        "report": _nouns(["reports"] if tends and not view.is_open else []),
    }


def _answers(view: CallView, actor: Actor, *, oversees: bool) -> list[str]:
    own = view.own
    if not view.is_open or actor.user_id == view.call.raised_by_id:
        return []
    if own is None:
        return ["company"] if oversees else []
    wanted = {
        "acceptance": own.accepted_at is None,
        "arrival": own.arrived_at is None,
        "refusal": own.declined_at is None and own.arrived_at is None,
    }
    return [noun for noun, is_offered in wanted.items() if is_offered]


def _may_end(view: CallView, actor: Actor, *, oversees: bool) -> bool:
    is_there = view.own is not None and view.own.arrived_at is not None
    return oversees or is_there or actor.user_id == view.call.raised_by_id


def _nouns(names: "list[str] | tuple[str, ...]") -> tuple[Noun, ...]:
    return tuple(NOUNS[name] for name in names)


def is_open(state: str) -> bool:
    """Whether a call in that state is still running."""
    return AssistanceState(state) in OPEN
