"""What is not ours is handed over warm, and whoever answers for the case asks afterwards whether it helped."""

from datetime import datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, Any

from zhongshu.cases import actions as cases
from zhongshu.cases.kinds import CheckBack
from zhongshu.cases.lifecycle import CaseState
from zhongshu.cases.models import Case, Referral
from zhongshu.cases.queries.complaints import directory
from zhongshu.identity.actor import Actor
from zhongshu.simulation.errands import Errand
from zhongshu.simulation.workers import CLERKS, somebody

if TYPE_CHECKING:
    from zhongshu.simulation.world import World

HELPED = 0.85
FORGOTTEN = 0.1


def hand_over_warm(world: "World", errand: Errand, at: datetime) -> None:
    """The directory's number, mostly; some callers are put through."""
    case = Case.objects.select_related("owner", "site").get(pk=errand.case_id)
    body = next((each for each in directory(world.site) if each.code in case.referrals), None)
    if body is None or case.owner is None or case.state != CaseState.OPEN:
        return
    dice = errand.dice("hands over")
    said: dict[str, Any] = {
        "case_id": case.pk,
        "body_code": body.code,
        "is_transferred": not body.phone or dice.random() < 0.3,
    }
    owner = world.actor(case.owner, at)
    made = world.do_once(errand.by, _receipt, cases.refer, actor=owner, at=at, **said)
    if made:
        world.tell(at, errand.by, f"{case.number} referred to {body.code}")
        _ask_later(world, errand, made["referral"], at)


def _receipt(referral: Referral) -> dict[str, int]:
    return {"referral": referral.pk}


def _ask_later(world: "World", errand: Errand, referral_id: int, at: datetime) -> None:
    """Within a day or two; some are forgotten until somebody above hears of it."""
    dice = errand.dice("asks back")
    hours = dice.uniform(50, 70) if dice.random() < FORGOTTEN else dice.uniform(20, 46)
    world.later(at + timedelta(hours=hours), errand.by, partial(_ask_back, world, errand, referral_id))


def _ask_back(world: "World", errand: Errand, referral_id: int, at: datetime) -> None:
    referral = Referral.objects.select_related("case__owner", "body").get(pk=referral_id)
    caller = _caller(world, errand, referral, at)
    if caller is None or referral.settled_at is not None:
        return
    dice = errand.dice("helped")
    said: dict[str, Any] = {"outcome": CheckBack.HELPED, "words": "已经解决了，谢谢"}
    if dice.random() > HELPED:
        onward: dict[str, Any] = {"then_body_code": "12345"} if dice.random() < 0.5 else {"back_to_us": True}
        said = {"outcome": CheckBack.NOT_HELPED, "words": "打了电话没人管", **onward}
    settled = world.do_once(errand.by, _next_of, cases.check_back, actor=caller, at=at, referral_id=referral_id, **said)
    if settled and settled["next"]:
        _ask_later(world, errand, settled["next"], at)


def _next_of(referral: Referral) -> dict[str, int | None]:
    """The referral that follows because this one had not helped."""
    return {"next": Referral.objects.filter(follows=referral).values_list("pk", flat=True).first()}


def _caller(world: "World", errand: Errand, referral: Referral, at: datetime) -> Actor | None:
    owner = referral.case.owner
    return world.actor(owner, at) if owner else somebody(world, CLERKS, at, errand.dice("asks back for them"))
