"""The only writers of help on the scene: one verb per use case."""

from zhongshu.scene.actions.answering import accept, arrive, come_along, decline, stand_down
from zhongshu.scene.actions.arranging import set_targets
from zhongshu.scene.actions.caring import care_done, plan_care, say_who_is_harmed
from zhongshu.scene.actions.keeping import add_note, add_photo, add_sound, add_witness, tell_ambulance, tell_police
from zhongshu.scene.actions.raising import raise_sos
from zhongshu.scene.actions.reporting import write_report

__all__ = [
    "accept",
    "add_note",
    "add_photo",
    "add_sound",
    "add_witness",
    "arrive",
    "care_done",
    "come_along",
    "decline",
    "plan_care",
    "raise_sos",
    "say_who_is_harmed",
    "set_targets",
    "stand_down",
    "tell_ambulance",
    "tell_police",
    "write_report",
]
