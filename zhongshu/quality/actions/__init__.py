"""The only writers of quality: one verb per use case."""

from zhongshu.quality.actions.inquiries import accept_answer, answer, ask_for_help, escalate, send_back, supervise, take
from zhongshu.quality.actions.judgements import draw_judgements, review_judgement
from zhongshu.quality.actions.responding import respond
from zhongshu.quality.actions.sampling import draw_sample, review, set_rate
from zhongshu.quality.actions.standards import adopt, undo

__all__ = [
    "accept_answer",
    "adopt",
    "answer",
    "ask_for_help",
    "draw_judgements",
    "draw_sample",
    "escalate",
    "respond",
    "review",
    "review_judgement",
    "send_back",
    "set_rate",
    "supervise",
    "take",
    "undo",
]
