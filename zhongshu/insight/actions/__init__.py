"""All writes of insight."""

from zhongshu.insight.actions.delivering import make_issue, plan_issues
from zhongshu.insight.actions.plans import import_coordinates, put_picture
from zhongshu.insight.actions.subscriptions import subscribe, unsubscribe
from zhongshu.insight.actions.walls import add_screen, note_seen, revoke_screen

__all__ = [
    "add_screen",
    "import_coordinates",
    "make_issue",
    "note_seen",
    "plan_issues",
    "put_picture",
    "revoke_screen",
    "subscribe",
    "unsubscribe",
]
