"""The written report."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from zhongshu.identity.actor import Actor
from zhongshu.kernel.words import stated
from zhongshu.scene.actions._parts import locked
from zhongshu.scene.engine.log import illegal, log, move
from zhongshu.scene.engine.writing import body_of
from zhongshu.scene.kinds import EntryKind
from zhongshu.scene.lifecycle import OPEN, AssistanceState
from zhongshu.scene.models import Report
from zhongshu.scene.permissions import TEND_SCENE
from zhongshu.scene.queries import view_of


@transaction.atomic
def write_report(*, actor: Actor, at: datetime, call_id: int, conclusion: str, measures: str) -> Report:
    """What happened is written from the log; why, and what will be done about it, by the person who reports.

    A second report is a supplement. Raises NotFound, IllegalSceneMove while the call is open, Invalid.
    """
    call = locked(actor, call_id)
    actor.require(TEND_SCENE, call.site_id)
    if AssistanceState(call.state) in OPEN:
        raise illegal(call)
    view = view_of(call, user_id=actor.user_id)
    report = Report.objects.create(
        site_id=call.site_id,
        assistance=call,
        at=at,
        by_id=actor.user_id,
        by_name=actor.name,
        body=body_of(view),
        conclusion=stated(conclusion, field="conclusion", most=2000, what=_("原因和结论")),
        measures=stated(measures, field="measures", most=2000, what=_("整改措施")),
        last_hash=view.entries[-1].hash,
    )
    log(call, EntryKind.REPORT, report.conclusion, actor=actor, at=at, facts={"report": str(report.pk)})
    if call.state == AssistanceState.OVER:
        move(call, AssistanceState.REPORTED, at=at)
    return report
