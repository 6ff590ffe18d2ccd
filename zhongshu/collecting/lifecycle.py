"""States of notices and print runs, and the legal moves."""

from enum import StrEnum

from django.utils.translation import gettext_lazy as _


class NoticeState(StrEnum):
    """Planned until it has left the house; failed: no message reached anybody, so it goes on paper."""

    PLANNED = "planned"
    SENT = "sent"
    FAILED = "failed"
    WITHDRAWN = "withdrawn"


NOTICE_LABELS = {
    NoticeState.PLANNED: _("待发送"),
    NoticeState.SENT: _("已发出"),
    NoticeState.FAILED: _("转纸质送达"),
    NoticeState.WITHDRAWN: _("已撤回"),
}

MOVES: dict[NoticeState, frozenset[NoticeState]] = {
    NoticeState.PLANNED: frozenset({NoticeState.SENT, NoticeState.FAILED, NoticeState.WITHDRAWN}),
    NoticeState.SENT: frozenset({NoticeState.FAILED}),
    NoticeState.FAILED: frozenset({NoticeState.SENT, NoticeState.WITHDRAWN}),
    NoticeState.WITHDRAWN: frozenset(),
}

UNSENT = (NoticeState.PLANNED, NoticeState.FAILED)
"""May still be withdrawn."""


class PrintState(StrEnum):
    WORKING = "working"
    READY = "ready"
    FAILED = "failed"


PRINT_LABELS = {PrintState.WORKING: _("生成中"), PrintState.READY: _("可下载"), PrintState.FAILED: _("生成失败")}
