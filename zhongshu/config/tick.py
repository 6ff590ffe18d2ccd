"""Everything that becomes due by itself, in one place. Safe to run twice and beside itself; nothing is skipped."""

from datetime import datetime

from zhongshu.billing import batch as billing
from zhongshu.cases import batch as cases
from zhongshu.channels import batch as channels
from zhongshu.kernel import outbox
from zhongshu.knowledge import batch as knowledge
from zhongshu.messaging import batch as messaging
from zhongshu.quality import batch as quality
from zhongshu.scene import batch as scene
from zhongshu.work import batch as work


def tick(*, at: datetime) -> dict[str, int]:
    """Run what is due as of `at`; what was done, by name.

    Each step commits by itself: one that fails does not stop the others, and its error is raised at the end
    (several: as an ExceptionGroup).
    """
    done: dict[str, int] = {}
    failed: list[Exception] = []
    for step in (
        work.tick,
        cases.tick,
        scene.tick,
        quality.tick,
        channels.tick,
        knowledge.tick,
        billing.tick,
        _events,
        messaging.tick,
    ):
        try:
            done |= step(at=at)
        except Exception as error:  # the other steps must not wait for the one that is broken
            failed.append(error)
    if failed:
        raise failed[0] if len(failed) == 1 else ExceptionGroup("several steps of the tick failed", failed)
    return done


def _events(*, at: datetime) -> dict[str, int]:
    return {"events": outbox.deliver_pending(at=at)}
