"""Writing the log of a call for help: each line chained to the one before."""

from collections.abc import Mapping
from datetime import datetime

from django.utils.translation import gettext as _

from zhongshu.identity import audit
from zhongshu.identity.actor import Actor
from zhongshu.kernel.outbox import publish
from zhongshu.scene.errors import IllegalSceneMove
from zhongshu.scene.events import AssistanceMoved
from zhongshu.scene.kinds import EntryKind
from zhongshu.scene.lifecycle import MOVES, STATE_LABELS, AssistanceState
from zhongshu.scene.models import Assistance, Entry
from zhongshu.scene.policies import link


def log(
    call: Assistance,
    kind: EntryKind,
    text: str = "",
    *,
    actor: Actor,
    at: datetime,
    facts: Mapping[str, str] | None = None,
    file: str = "",
    original: str = "",
    sha256: str = "",
) -> Entry:
    """Add a line to the log of a locked call. `file` and `original` are names in the storage."""
    last = call.entries.order_by("-nth").first()
    line = Entry(
        site_id=call.site_id,
        assistance=call,
        nth=last.nth + 1 if last else 1,
        kind=kind,
        at=at,
        by_id=actor.user_id,
        by_name=actor.name,
        text=text,
        facts={name: value for name, value in (facts or {}).items() if value},
        file=file,
        original=original,
        sha256=sha256,
    )
    line.hash = link(last.hash if last else call.number, line.said)
    line.save(force_insert=True)
    audit.record(actor=actor, at=at, verb=f"scene.{kind}", target=call, after={"nth": line.nth, "hash": line.hash})
    return line


def move(call: Assistance, to: AssistanceState, *, at: datetime) -> None:
    """Change the state along the table of moves and tell whoever reacts. Raises IllegalSceneMove."""
    was = AssistanceState(call.state)
    if to not in MOVES[was]:
        raise illegal(call)
    call.state = to
    call.save(update_fields=["state"])
    moved(call, was, at=at)


def moved(call: Assistance, was: str, *, at: datetime) -> None:
    """Publish where the call has come to."""
    publish(
        AssistanceMoved(
            site_id=call.site_id, assistance_id=call.pk, danger=call.danger, from_state=was, to_state=str(call.state)
        ),
        at=at,
    )


def illegal(call: Assistance) -> IllegalSceneMove:
    """Says how the call stands."""
    return IllegalSceneMove(_("这次求助%(state)s，不能这样做。") % {"state": STATE_LABELS[AssistanceState(call.state)]})
