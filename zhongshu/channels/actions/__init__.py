"""The only writers of the channels: one verb per use case."""

from zhongshu.channels.actions.alarms import Signal, place_device, raise_alarm
from zhongshu.channels.actions.callbacks import record_call_back
from zhongshu.channels.actions.calls import Heard, News, link_call, listen, tell_call
from zhongshu.channels.actions.doors import set_limits, set_secret
from zhongshu.channels.actions.extensions import assign_extension, free_extension
from zhongshu.channels.actions.hotline import (
    Received,
    SheetNews,
    object_to_sheet,
    receive_sheet,
    record_contact,
    record_result,
    rule_on_objection,
    rule_on_reply,
    sign_sheet,
    write_reply,
)
from zhongshu.channels.actions.letters import keep_letter, reply_to_letter
from zhongshu.channels.actions.load import note_anger, relieve
from zhongshu.channels.actions.wechat import WechatText, hear_wechat

__all__ = [
    "Heard",
    "News",
    "Received",
    "SheetNews",
    "Signal",
    "WechatText",
    "assign_extension",
    "free_extension",
    "hear_wechat",
    "keep_letter",
    "link_call",
    "listen",
    "note_anger",
    "object_to_sheet",
    "place_device",
    "raise_alarm",
    "receive_sheet",
    "record_call_back",
    "record_contact",
    "record_result",
    "relieve",
    "reply_to_letter",
    "rule_on_objection",
    "rule_on_reply",
    "set_limits",
    "set_secret",
    "sign_sheet",
    "tell_call",
    "write_reply",
]
