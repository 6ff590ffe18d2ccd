"""The only writers of knowledge: one verb per use case."""

from zhongshu.knowledge.actions.helping import note_missed, say_helpful, settle_missed
from zhongshu.knowledge.actions.reading import ask_to_read, confirm_read, end_request
from zhongshu.knowledge.actions.reviewing import confirm_right, give_to, publish, retire, send_back, submit
from zhongshu.knowledge.actions.writing import adapt, discard, draft_article, edit_draft, new_version

__all__ = [
    "adapt",
    "ask_to_read",
    "confirm_read",
    "confirm_right",
    "discard",
    "draft_article",
    "edit_draft",
    "end_request",
    "give_to",
    "new_version",
    "note_missed",
    "publish",
    "retire",
    "say_helpful",
    "send_back",
    "settle_missed",
    "submit",
]
