"""What the quality department and help on the scene leave behind in the world: one of everything."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from io import BytesIO
from typing import TYPE_CHECKING

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from zhongshu.cases.models import Case
from zhongshu.identity.roles import Role
from zhongshu.kernel.clock import day_of
from zhongshu.quality import actions as quality
from zhongshu.quality.models import Inquiry, SampledCase, StandardAdoption
from zhongshu.scene import actions as scene
from zhongshu.scene.models import Assistance, CareTask, Entry
from zhongshu.work.models import EscalationStep

if TYPE_CHECKING:
    from tests.house.world import World


@dataclass
class Trouble:
    """A call for help that is over, an inquiry, a sampled case, an escalation, a standard to come."""

    call: Assistance
    photo: Entry
    care: CareTask
    inquiry: Inquiry
    sampled: SampledCase
    step: EscalationStep
    adoption: StandardAdoption


def make_trouble(world: "World", closed: Case) -> Trouble:
    """`closed`: a case of the world's that nothing else needs; it is closed, and drawn."""
    at = world.at
    call, photo, care = _call_for_help(world, at)
    department = world.cast.actor(Role.QUALITY, world.site, at=at)
    manager = world.cast.actor(Role.SITE_MANAGER, world.site, at=at)
    inquiry = quality.ask_for_help(actor=manager, at=at, site=world.site, question="业主拒绝入户检修")
    Case.objects.filter(pk=closed.pk).update(state="closed", closed_at=at)
    today = day_of(at)
    sample = quality.draw_sample(
        actor=department, at=at, closed_from=today, closed_until=today + timedelta(days=1), seed="冬至"
    )
    adoption = quality.adopt(actor=department, at=at, site=world.site, stars=4, starts_on=today + timedelta(days=30))
    return Trouble(call, photo, care, inquiry, sample.cases.earliest("pk"), _late(world, at), adoption)


def _call_for_help(world: "World", at: datetime) -> tuple[Assistance, Entry, CareTask]:
    technician, guard = (world.cast.actor(role, world.site, at=at) for role in (Role.TECHNICIAN, Role.GUARD))
    lead = world.cast.actor(Role.SERVICE_LEAD, world.site, at=at)
    call = scene.raise_sos(
        actor=technician, at=at, site=world.site, danger="violence", key="k1", place=world.unit, words="对方拿着木棍"
    )
    scene.arrive(actor=guard, at=at, call_id=call.pk)
    buffer = BytesIO()
    Image.new("RGB", (64, 48), "maroon").save(buffer, "JPEG")
    upload = SimpleUploadedFile("scene.jpg", buffer.getvalue(), "image/jpeg")
    photo = scene.add_photo(actor=guard, at=at, call_id=call.pk, upload=upload)
    scene.add_witness(actor=guard, at=at, call_id=call.pk, name="周女士", phone="15400001234", text="看见了")
    scene.stand_down(actor=guard, at=at, call_id=call.pk, words="对方走了")
    owner = world.staff[Role.KEEPER].user
    plan = {"kind": "visit", "owner": owner, "due_at": at + timedelta(days=1), "text": "上门慰问"}
    care = scene.plan_care(actor=lead, at=at, call_id=call.pk, **plan)
    scene.write_report(actor=lead, at=at, call_id=call.pk, conclusion="停车纠纷", measures="双人上门")
    return call, photo, care


def _late(world: "World", at: datetime) -> EscalationStep:
    """A step as the tick fires it."""
    told = [world.cast.user(role, world.site).pk for role in (Role.SERVICE_LEAD, Role.TECHNICIAN)]
    step = EscalationStep.objects.filter(clock__order=world.order, percent=80).earliest("pk")
    EscalationStep.objects.filter(pk=step.pk).update(fired_at=at, told=told)
    return step
