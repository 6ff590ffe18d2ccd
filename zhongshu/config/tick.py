"""Everything that becomes due by itself, in one place. Safe to run twice and beside itself; nothing is skipped."""

from datetime import datetime

from zhongshu.kernel import outbox


def tick(*, at: datetime) -> dict[str, int]:
    """Run what is due as of `at`; what was done, by name."""
    done: dict[str, int] = {}
    done["events"] = outbox.deliver_pending(at=at)
    return done
