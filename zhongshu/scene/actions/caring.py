"""Care for the person harmed: who it is, what is done for them, by whom, until when."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from zhongshu.identity import audit
from zhongshu.identity.actor import Actor
from zhongshu.identity.models import User
from zhongshu.kernel.errors import Invalid
from zhongshu.kernel.words import short, stated
from zhongshu.scene.actions._parts import locked
from zhongshu.scene.engine.calling import tell
from zhongshu.scene.engine.log import log
from zhongshu.scene.errors import CareDone
from zhongshu.scene.kinds import CARE_LABELS, CareKind, EntryKind
from zhongshu.scene.models import Assistance, CareTask
from zhongshu.scene.permissions import TEND_SCENE
from zhongshu.scene.queries import care_visible, colleagues, not_found


@transaction.atomic
def say_who_is_harmed(
    *, actor: Actor, at: datetime, call_id: int, name: str = "", user: User | None = None
) -> Assistance:
    """The person harmed: one of ours (`user`), else by name. Raises NotFound, Invalid."""
    call = locked(actor, call_id)
    actor.require(TEND_SCENE, call.site_id)
    said = user.name if user else stated(name, field="name", most=40, what=_("受伤害人"))
    before = {"harmed_name": call.harmed_name}
    call.harmed, call.harmed_name = user, said
    call.save(update_fields=["harmed", "harmed_name"])
    after = {"harmed_name": said, "harmed_id": user.pk if user else None}
    audit.record(actor=actor, at=at, verb="scene.say_who_is_harmed", target=call, before=before, after=after)
    return call


@transaction.atomic
def plan_care(
    *, actor: Actor, at: datetime, call_id: int, kind: str, owner: User, due_at: datetime, text: str = ""
) -> CareTask:
    """Something to be done for the person harmed, by `owner`, until `due_at`. Raises NotFound, Invalid."""
    call = locked(actor, call_id)
    actor.require(TEND_SCENE, call.site_id)
    said = _checked(call, kind, owner, due_at, text, at=at)
    task = CareTask.objects.create(
        site_id=call.site_id,
        assistance=call,
        kind=kind,
        text=said,
        owner=owner,
        due_at=due_at,
        opened_at=at,
        opened_by_id=actor.user_id,
        remind_at=due_at,
    )
    label = str(CARE_LABELS[CareKind(kind)])
    log(call, EntryKind.CARE, label, actor=actor, at=at, facts={"owner": owner.name, "what": said})
    words = {"what": label, "number": call.number}
    tell(
        call,
        [owner.pk],
        gettext_lazy("关怀任务：%(what)s（%(number)s）"),
        words,
        key=f"care:{task.pk}",
        body=said,
        at=at,
    )
    return task


@transaction.atomic
def care_done(*, actor: Actor, at: datetime, task_id: int, outcome: str) -> CareTask:
    """It is done, and this came of it: by its owner or by who plans the care. Raises NotFound, CareDone, Invalid."""
    task = care_visible(actor).filter(pk=task_id).select_for_update(of=("self",)).first()
    if task is None:
        raise not_found()
    call = locked(actor, task.assistance_id)
    if actor.user_id != task.owner_id:
        actor.require(TEND_SCENE, task.site_id)
    if task.done_at is not None:
        raise CareDone(_("这项关怀已经完成。"))
    task.outcome = stated(outcome, field="outcome", most=500, what=_("办理结果"))
    task.done_at, task.done_by_id, task.remind_at = at, actor.user_id, None
    task.save(update_fields=["outcome", "done_at", "done_by", "remind_at"])
    facts = {"outcome": task.outcome, "owner": task.owner.name}
    log(call, EntryKind.CARE, str(CARE_LABELS[CareKind(task.kind)]), actor=actor, at=at, facts=facts)
    return task


def _checked(call: Assistance, kind: str, owner: User, due_at: datetime, text: str, *, at: datetime) -> str:
    if kind not in set(CareKind):
        raise Invalid(_("没有这种关怀。"), field="kind")
    if not colleagues(call.site_id, at=at).filter(pk=owner.pk).exists():
        raise Invalid(_("负责人须是本项目在职人员。"), field="owner")
    if due_at <= at:
        raise Invalid(_("期限须在现在之后。"), field="due_at")
    return short(text, field="text", most=500, what=_("内容"))
