"""All writes of foresight."""

from zhongshu.foresight.actions.foreseeing import Foreseen, foresee
from zhongshu.foresight.actions.learning import learn
from zhongshu.foresight.actions.switching import object_to, switch, withdraw_objection

__all__ = ["Foreseen", "foresee", "learn", "object_to", "switch", "withdraw_objection"]
