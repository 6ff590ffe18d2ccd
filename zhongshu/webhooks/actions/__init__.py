"""All writes of webhooks."""

from zhongshu.webhooks.actions.endpoints import (
    add_endpoint,
    delete_endpoint,
    edit_endpoint,
    pause_endpoint,
    resume_endpoint,
    rotate_secret,
    send_test,
)
from zhongshu.webhooks.actions.replaying import replay, replay_failed, replay_period
from zhongshu.webhooks.actions.sending import send

__all__ = [
    "add_endpoint",
    "delete_endpoint",
    "edit_endpoint",
    "pause_endpoint",
    "replay",
    "replay_failed",
    "replay_period",
    "resume_endpoint",
    "rotate_secret",
    "send",
    "send_test",
]
