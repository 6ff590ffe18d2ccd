"""Jobs of insight."""

from procrastinate.contrib.django import app

from zhongshu.insight import actions
from zhongshu.kernel.clock import now


@app.task(name="insight.deliver", queue="imports", queueing_lock="insight.deliver")
def deliver(timestamp: int) -> None:
    """Each in a transaction of its own: one that fails holds up no other."""
    for issue_id in actions.plan_issues(at=now()):
        actions.make_issue(issue_id=issue_id, at=now())
