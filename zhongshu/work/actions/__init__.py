"""The only writers of work: one verb per use case. All by keyword, in one transaction."""

from zhongshu.work.actions.correcting import put_place, set_urgency
from zhongshu.work.actions.dispatching import claim, object_to, overrule, reassign, reassign_several
from zhongshu.work.actions.ending import close, reopen, sign_off, withdraw
from zhongshu.work.actions.opening import give_task, open_order
from zhongshu.work.actions.photos import add_photo
from zhongshu.work.actions.working import accept, arrive, finish, hold, resume, travel

__all__ = [
    "accept",
    "add_photo",
    "arrive",
    "claim",
    "close",
    "finish",
    "give_task",
    "hold",
    "object_to",
    "open_order",
    "overrule",
    "put_place",
    "reassign",
    "reassign_several",
    "reopen",
    "resume",
    "set_urgency",
    "sign_off",
    "travel",
    "withdraw",
]
