"""Tables of the channels."""

from zhongshu.channels.models.alarms import Alarm, AlarmSignal, Device
from zhongshu.channels.models.doors import ChannelPolicy, DoorKey, WechatMessage
from zhongshu.channels.models.hotline import (
    HotlineAlert,
    HotlineObjection,
    HotlineRepeat,
    HotlineReply,
    HotlineSheet,
)
from zhongshu.channels.models.letters import Letter, LetterPage
from zhongshu.channels.models.load import AngryContact, Relief
from zhongshu.channels.models.telephony import Call, CallBack, CallBackTry, CallTold, Extension

__all__ = [
    "Alarm",
    "AlarmSignal",
    "AngryContact",
    "Call",
    "CallBack",
    "CallBackTry",
    "CallTold",
    "ChannelPolicy",
    "Device",
    "DoorKey",
    "Extension",
    "HotlineAlert",
    "HotlineObjection",
    "HotlineRepeat",
    "HotlineReply",
    "HotlineSheet",
    "Letter",
    "LetterPage",
    "Relief",
    "WechatMessage",
]
