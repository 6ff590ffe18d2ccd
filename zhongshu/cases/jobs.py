"""Jobs of cases."""

from contextlib import suppress

from procrastinate.contrib.django import app

from zhongshu.cases import actions
from zhongshu.cases.errors import NothingToLearn
from zhongshu.identity.actor import Origin, system_actor
from zhongshu.identity.models import User
from zhongshu.identity.queries import actor_of
from zhongshu.kernel.clock import now

RETRAIN_LOCK = "cases.retrain"


@app.task(name="cases.retrain", queue="imports", queueing_lock=RETRAIN_LOCK)
def retrain(user_id: int | None = None, timestamp: int | None = None) -> None:
    """Asked for by somebody, or weekly by itself."""
    at = now()
    user = User.objects.get(pk=user_id) if user_id else None
    actor = actor_of(user, at=at, origin=Origin.JOB) if user else system_actor(Origin.JOB)
    with suppress(NothingToLearn):
        actions.retrain(actor=actor, at=at)
