"""What people do about what the score asks of them: they call, go to the door, bring paper and the gold card, gather
what a court needs; those above sign; and some customers keep what they promise.

What waits is found in the tables, so that no diary must be kept.
"""

from datetime import date, datetime, timedelta
from functools import partial
from random import Random
from typing import TYPE_CHECKING, Any, Final

from zhongshu.billing.queries.debts import open_charges
from zhongshu.care import actions as care
from zhongshu.care.actions import Handed, Spoken
from zhongshu.care.kinds import LegalStepKind, Manner, Rule, TaskState
from zhongshu.care.models import LegalStep, Task, TaskLine
from zhongshu.care.policies.showing import asked_of, needs_signature, signers_for
from zhongshu.collecting.kinds import Evidence, Outcome, Road
from zhongshu.collecting.models import Contact, Delivery
from zhongshu.estate.models import Account
from zhongshu.identity.actor import Actor
from zhongshu.identity.roles import Role
from zhongshu.kernel.clock import day_of, local
from zhongshu.simulation.happenings import Happening
from zhongshu.simulation.hours import at_hour
from zhongshu.simulation.payers import settle_up
from zhongshu.simulation.paying import KEEPS_WORD, SAYS, Kind, payer_of, pays_ahead_then
from zhongshu.simulation.workers import present, somebody

if TYPE_CHECKING:
    from zhongshu.simulation.world import World

CALLS_AT, GOES_AT, SIGNS_AT, PAYS_AT, SUES_AT = 11.4, 14.6, 16.2, 10.7, 15.1
PUTS_OFF, IS_OUT = 0.4, 0.15
WITHIN: Final = 9  # days, when somebody promises
LEGAL_TAKES: Final = timedelta(days=25)
SUES: Final = 0.04
LEGAL: Final = (Role.LEGAL, Role.SITE_MANAGER, Role.HEAD_OFFICE)
DID: Final = {Rule.PREPAID_12: "金卡已上门递交，客户很高兴", Rule.ARREARS_LEGAL: "合同、账单、催费记录和送达回执已整理"}


class Heeding:
    """Duties: nothing of it can be left out."""

    def plan_day(self, world: "World", day: date) -> None:
        if not world.charging.has_begun(day):
            return
        by = world.happening(f"{day}/warnings")
        for hour, duty in ((CALLS_AT, _act), (GOES_AT, _act), (SIGNS_AT, _sign), (PAYS_AT, _keep), (SUES_AT, _sue)):
            world.later(at_hour(day, hour), by, partial(duty, world, by))


def _dice(world: "World", what: str, task: Task, at: datetime) -> Random:
    return Random(f"{world.seed}:{what}:{task.account.number}:{task.rule}:{task.occurrence}:{at}")  # noqa: S311


def _act(world: "World", by: Happening, at: datetime) -> None:
    """Whoever is there and does not put it off: by telephone and at the desk before noon, at doors after it."""
    there = {staff.user_id for staff in present(world, at)}
    waiting = TaskLine.objects.filter(site=world.site, recorded_at=None, task__state=TaskState.OPEN)
    rows = waiting.filter(task__recorded_at__lt=at).select_related("task__account", "task__notice", "holder")
    for line in rows.order_by("task", "pk"):
        goes = line.task.manner in (Manner.DOOR, Manner.DOOR_PAPER)
        if goes != (local(at).hour >= int(GOES_AT)) or (line.holder and line.holder_id not in there):
            continue
        actor = _whose(world, by, line, at)
        if actor is not None and _dice(world, "puts off", line.task, at).random() >= PUTS_OFF:
            world.do(by, care.record_line, actor=actor, at=at, line_id=line.pk, **_shown(world, line.task, at))


def _whose(world: "World", by: Happening, line: TaskLine, at: datetime) -> Actor | None:
    return world.actor(line.holder, at) if line.holder else somebody(world, (Role(line.role),), at, by.dice("whose"))


def _shown(world: "World", task: Task, at: datetime) -> dict[str, Any]:
    """What is written down; who comes with somebody that has spoken to them that day was there together."""
    asked = asked_of(Rule(task.rule), Manner(task.manner))
    shown: dict[str, Any] = {"did": DID.get(Rule(task.rule), "已处理")} if asked.did else {}
    if asked.paper and task.notice and not Delivery.objects.filter(notice=task.notice, channel=Road.DOOR).exists():
        shown["handed"] = Handed(Evidence.RECEIPT, reference=f"QS{task.notice.number}")
    if not asked.ways:
        return shown
    if Contact.objects.filter(pk__in=task.lines.values("contact"), day=day_of(at)).exists():
        return shown | {"together": True}
    return shown | {"spoken": _spoken(world, task, at)}


def _spoken(world: "World", task: Task, at: datetime) -> Spoken:
    """What the customer says, by their habits as a payer."""
    dice, kind = _dice(world, "says", task, at), payer_of(world.seed, task.account.number).kind
    if dice.random() < IS_OUT:
        return Spoken(Outcome.UNREACHED)
    says = SAYS[kind]
    outcome = dice.choices(list(says), list(says.values()))[0]
    promised_on = day_of(at) + timedelta(days=dice.randint(1, WITHIN)) if outcome == Outcome.PROMISED else None
    return Spoken(outcome, promised_on=promised_on)


def _sign(world: "World", by: Happening, at: datetime) -> None:
    """Where nobody could be reached, or the customer will not pay, the next level signs that it ends so."""
    lines = TaskLine.objects.filter(site=world.site, task__state=TaskState.OPEN, recorded_at__lt=at, signed_at=None)
    for line in lines.select_related("contact").order_by("task", "pk"):
        if line.contact is None or not needs_signature(Outcome(line.contact.outcome)):
            continue
        chief = somebody(world, signers_for(Role(line.role)), at, by.dice("signs"), but_not=line.holder_id)
        if chief is not None:
            said: dict[str, Any] = {"line_id": line.pk, "words": "已了解情况，同意结束本次上门"}
            world.do(by, care.sign_line, actor=chief, at=at, **said)


def _keep(world: "World", by: Happening, at: datetime) -> None:
    """It is the day that somebody has named, and some keep their word: `day/promise/number`."""
    said = Contact.objects.filter(site=world.site, outcome=Outcome.PROMISED, promised_on=day_of(at))
    rows = said.filter(account__unit__isnull=False, account__ends_on=None)
    for contact in rows.select_related("account__unit", "account__customer").order_by("account__number"):
        if _keeps_word(world, contact):
            kept = world.happening(f"{day_of(at)}/promise/{contact.account.number}")
            world.plan(at, kept.id, partial(_pay, world, kept, contact.account))


def _pay(world: "World", by: Happening, account: Account, at: datetime) -> None:
    """All of it, and some then a year ahead."""
    owed = [charge for charge in open_charges(account.pk, day_of(at)) if charge.owed]
    settle_up(world, by, account, owed, at, is_ahead=bool(owed) and pays_ahead_then(world.seed, account.number))


def _keeps_word(world: "World", contact: Contact) -> bool:
    """The stubborn do when somebody above the keeper was at their door."""
    number = contact.account.number
    kind, dice = payer_of(world.seed, number).kind, Random(f"{world.seed}:keeps:{number}:{contact.day}")  # noqa: S311
    if kind is Kind.STUBBORN:
        return TaskLine.objects.filter(contact=contact, role=Role.SUPERVISOR).exists()
    return dice.random() < KEEPS_WORD[kind]


def _sue(world: "World", by: Happening, at: datetime) -> None:
    """Legal affairs go to court about the one or the other whose papers are gathered."""
    lawyer = somebody(world, LEGAL, at, by.dice("lawyer"))
    last = day_of(at) - LEGAL_TAKES
    tasks = Task.objects.filter(site=world.site, rule=Rule.ARREARS_LEGAL, state=TaskState.DONE, opened_on__lt=last)
    done = LegalStep.objects.filter(site=world.site).values("account_id")
    for task in tasks.filter(episode__ended_on=None).exclude(account__in=done).select_related("account").order_by("pk"):
        dice = _dice(world, "sues", task, at)
        if lawyer is not None and dice.random() < SUES:
            said: dict[str, Any] = {"account_id": task.account_id, "kind": dice.choice(list(LegalStepKind)[:2])}
            world.do_once(by, _row, care.record_legal_step, actor=lawyer, at=at, on=day_of(at), **said)


def _row(step: LegalStep) -> dict[str, int]:
    return {"row": step.pk}
