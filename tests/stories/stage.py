"""Sets the stage of `test_killed.py` in a data directory that has the tables; tells what is in it afterwards.

Run as `python -m tests.stories.stage set|tell`, with `ZHONGSHU_DATA` in the environment; answers in JSON.
"""

import json
import os
import sys
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "zhongshu.config.settings")

import django

django.setup()

from django.db.models import Count, Q  # noqa: E402

from tests.house.world import World  # noqa: E402
from tests.stories.stage_text import TEXT  # noqa: E402
from zhongshu.cases.models import Case, CaseClosure, FollowUpAttempt  # noqa: E402
from zhongshu.identity.actions import create_token  # noqa: E402
from zhongshu.identity.actor import Origin, system_actor  # noqa: E402
from zhongshu.identity.models import AuditEntry  # noqa: E402
from zhongshu.identity.queries import actor_of  # noqa: E402
from zhongshu.identity.rights import REGISTRY  # noqa: E402
from zhongshu.identity.roles import Role  # noqa: E402
from zhongshu.kernel.clock import now  # noqa: E402
from zhongshu.kernel.models import OutboxEvent, OutboxReaction  # noqa: E402
from zhongshu.messaging.models import Message  # noqa: E402
from zhongshu.work.models import EscalationStep, OrderMove, SlaClock  # noqa: E402


def set_stage() -> dict[str, Any]:
    """A site with people on duty; one key for the call-taker and each of the team."""
    world = World.build(now())
    keys = {role.value: _key(world, role) for role in (Role.CALL_TAKER, Role.TECHNICIAN, Role.SUPERVISOR)}
    return {"site": world.site.code, "place": world.unit.label, "keys": keys}


def _key(world: World, role: Role) -> str:
    user = world.cast.user(role, world.site)
    holder = actor_of(user, at=now(), origin=Origin.API)
    scopes = [code for code, right in REGISTRY.items() if holder.may(right)]
    _token, secret = create_token(actor=system_actor(Origin.COMMAND), at=now(), user=user, name="story", scopes=scopes)
    return secret


def tell() -> dict[str, Any]:
    """What the story left behind."""
    cases = Case.objects.filter(text=TEXT)
    moves = OrderMove.objects.filter(order__case_order__case__in=cases)
    running = Q(stopped_at__isnull=True)
    return {
        "cases": cases.count(),
        "state": cases.get().state,
        "reopened": cases.get().reopened_count,
        "moves": list(moves.order_by("id").values_list("verb", flat=True)),
        "audited_moves": AuditEntry.objects.filter(
            target_type="work.workorder",
            target_id__in=[str(pk) for pk in set(moves.values_list("order_id", flat=True))],
        ).count(),
        "answers": list(
            FollowUpAttempt.objects.filter(follow_up__case__in=cases).order_by("id").values_list("answer", flat=True)
        ),
        "closures": CaseClosure.objects.filter(case__in=cases).count(),
        "undelivered": OutboxEvent.objects.filter(delivered_at__isnull=True).count(),
        "reactions_twice": _twice(OutboxReaction.objects.values("event_id", "handler")),
        "messages_twice": _twice(Message.objects.values("recipient_id", "dedupe_key")),
        "steps_twice": _twice(EscalationStep.objects.values("clock_id", "percent")),
        "clocks_running": SlaClock.objects.filter(running, order__case_order__case__in=cases).count(),
    }


def _twice(rows: Any) -> int:
    return int(rows.annotate(times=Count("pk")).filter(times__gt=1).count())


if __name__ == "__main__":
    json.dump({"set": set_stage, "tell": tell}[sys.argv[1]](), sys.stdout, ensure_ascii=False)
