"""Extensions, secrets of doors, and the numbers of a site."""

from dataclasses import asdict
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import Router, Schema, Status
from pydantic import Field

from zhongshu.channels import actions
from zhongshu.channels.kinds import Door
from zhongshu.channels.permissions import ARRANGE_DOORS
from zhongshu.channels.policies.limits import Limits
from zhongshu.channels.queries.calls import extensions_at
from zhongshu.channels.queries.limits import limits_of
from zhongshu.identity.api_kit import Line, Typed, actor_of, site_of
from zhongshu.kernel.clock import day_of, now
from zhongshu.kernel.errors import NotFound
from zhongshu.people.models import Staff


class ExtensionOut(Schema):
    number: str
    staff_id: int
    name: str


class ExtensionIn(Typed):
    staff_id: int = Field(ge=1, lt=2**63)


class SecretIn(Typed):
    """Empty: the door has no secret; the token alone guards it."""

    secret: Line


class LimitsIO(Typed):
    angry_minutes: int
    angry_in_a_row: int
    relief_minutes: int
    angry_caller_days: int
    call_back_minutes: int
    alarm_window_minutes: int
    sign_minutes: int
    contact_hours: int


def list_extensions(request: HttpRequest, site: Line) -> list[dict[str, Any]]:
    found = site_of(actor_of(request), site, ARRANGE_DOORS)
    return [
        {"number": one.number, "staff_id": one.staff_id, "name": one.staff.user.name} for one in extensions_at(found.pk)
    ]


def put_extension(request: HttpRequest, site: str, extension: str, said: ExtensionIn) -> dict[str, Any]:
    actor = actor_of(request)
    found = site_of(actor, site, ARRANGE_DOORS)
    staff = Staff.objects.filter(pk=said.staff_id, site=found).first()
    if staff is None:
        raise NotFound(_("没有找到这位员工。"))
    seat = actions.assign_extension(actor=actor, at=now(), site=found, number=extension, staff=staff)
    return {"number": seat.number, "staff_id": seat.staff_id, "name": seat.staff.user.name}


def delete_extension(request: HttpRequest, site: str, extension: str) -> Status[None]:
    actor = actor_of(request)
    found = site_of(actor, site, ARRANGE_DOORS)
    actions.free_extension(actor=actor, at=now(), site=found, number=extension)
    return Status(204, None)


def put_door_secret(request: HttpRequest, site: str, door: Door, said: SecretIn) -> Status[None]:
    """Never shown again."""
    actor = actor_of(request)
    found = site_of(actor, site, ARRANGE_DOORS)
    actions.set_secret(actor=actor, at=now(), site=found, door=door, secret=said.secret)
    return Status(204, None)


def get_limits(request: HttpRequest, site: str) -> dict[str, int]:
    found = site_of(actor_of(request), site, ARRANGE_DOORS)
    return asdict(limits_of(found.pk, day_of(now())))


def put_limits(request: HttpRequest, site: str, said: LimitsIO) -> dict[str, int]:
    """From today on."""
    actor = actor_of(request)
    found = site_of(actor, site, ARRANGE_DOORS)
    actions.set_limits(actor=actor, at=now(), site=found, limits=Limits(**said.model_dump()))
    return asdict(limits_of(found.pk, day_of(now())))


def add_to(router: Router) -> None:
    """The operations of this part."""
    seat = "/channels/extensions/{site}/{extension}"
    router.get("/channels/extensions", response=list[ExtensionOut], summary="Who sits at which extension")(
        list_extensions
    )
    router.put(seat, response=ExtensionOut, summary="Seat somebody at an extension")(put_extension)
    router.delete(seat, response={204: None}, summary="Free an extension")(delete_extension)
    router.put("/channels/doors/{site}/{door}", response={204: None}, summary="Set the secret of a door")(
        put_door_secret
    )
    router.get("/channels/limits/{site}", response=LimitsIO, summary="The site's numbers")(get_limits)
    router.put("/channels/limits/{site}", response=LimitsIO, summary="Set the site's numbers")(put_limits)
