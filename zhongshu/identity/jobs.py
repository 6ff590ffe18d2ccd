"""Jobs of identity: forgetting what has run out."""

from procrastinate.contrib.django import app

from zhongshu.identity.rates import forget_spent
from zhongshu.identity.sessions import SessionStore
from zhongshu.kernel.clock import now


@app.task(name="identity.forget_expired", queue="events", queueing_lock="identity.forget_expired")
def forget_expired(timestamp: int) -> None:
    """Sessions that have run out, and what was spent and is earned again."""
    SessionStore.clear_expired()
    forget_spent(at=now())
