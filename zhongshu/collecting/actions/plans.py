"""A payment plan is agreed, and ends."""

from collections.abc import Collection, Sequence
from datetime import date, datetime
from decimal import Decimal

from django.core.files.base import ContentFile
from django.db import transaction
from django.utils.translation import gettext as _

from zhongshu.billing.queries.statements import Line, statement
from zhongshu.collecting.errors import PlanRefused
from zhongshu.collecting.kinds import PlanState
from zhongshu.collecting.models import Instalment, PaymentPlan, PlanCharge
from zhongshu.collecting.permissions import AGREE_PLANS
from zhongshu.collecting.policies.plans import MOST, Part, in_order
from zhongshu.collecting.queries.plans import standings
from zhongshu.estate.models import Account
from zhongshu.estate.queries import found
from zhongshu.identity import audit
from zhongshu.identity.actor import Actor
from zhongshu.kernel.clock import day_of
from zhongshu.kernel.errors import Invalid
from zhongshu.kernel.money import ZERO
from zhongshu.kernel.words import short, stated
from zhongshu.work import pictures


@transaction.atomic
def agree_plan(
    *,
    actor: Actor,
    at: datetime,
    account_id: int,
    agreed_on: date,
    agreed_with: str,
    instalments: Sequence[Part],
    charge_ids: Collection[int] | None = None,
    note: str = "",
    file: pictures.Readable | None = None,
) -> PaymentPlan:
    """The named debts (None: all that were past due) are paid in instalments, which come to what was open of them, with
    late fees, at the end of `agreed_on`. A plan that is paid off makes room for the next. Raises NotFound, Invalid, and
    PlanRefused while another is running, PhotoRefused for a `file` that is neither a picture nor a PDF.
    """
    account = _locked_account(actor, account_id)
    _make_room(account, actor=actor, at=at)
    if agreed_on > day_of(at):
        raise Invalid(_("约定日期不能晚于今天。"), field="agreed_on")
    debts = _debts(account, agreed_on, charge_ids)
    total = sum((debt.open_amount + debt.late_fee for debt in debts), ZERO)
    _check(instalments, agreed_on, total)
    plan = PaymentPlan(
        site_id=account.site_id,
        account=account,
        agreed_on=agreed_on,
        agreed_with=stated(agreed_with, field="agreed_with", most=80, what=_("签订人")),
        total=total,
        note=short(note, field="note", most=300, what=_("备注")),
        recorded_by_id=actor.user_id,
        recorded_at=at,
    )
    if file is not None:
        name, content = _kept(file)
        plan.file.save(name, ContentFile(content), save=False)
    plan.save()
    _write_parts(plan, debts, instalments)
    after = {"account": account.number, "total": total, "instalments": len(instalments), "agreed_on": agreed_on}
    audit.record(actor=actor, at=at, verb="collecting.agree_plan", target=plan, after=after)
    return plan


@transaction.atomic
def end_plan(*, actor: Actor, at: datetime, plan_id: int, reason: str) -> PaymentPlan:
    """It is in force no longer, from today. Raises NotFound, Invalid, and PlanRefused when it has ended."""
    rows = actor.visible(PaymentPlan.objects.select_for_update(of=("self",)), AGREE_PLANS)
    plan = found(rows.filter(pk=plan_id))
    if plan.ended_on is not None:
        raise PlanRefused(_("这份分期协议已经终止。"))
    _end(plan, stated(reason, field="reason", most=200, what=_("原因")), actor=actor, at=at)
    return plan


def _end(plan: PaymentPlan, reason: str, *, actor: Actor, at: datetime) -> None:
    plan.ended_on, plan.ended_at, plan.ended_by_id, plan.end_reason = day_of(at), at, actor.user_id, reason
    plan.save(update_fields=["ended_on", "ended_at", "ended_by", "end_reason"])
    after = audit.values(plan, ("ended_on", "end_reason"))
    audit.record(actor=actor, at=at, verb="collecting.end_plan", target=plan, after=after)


def _locked_account(actor: Actor, account_id: int) -> Account:
    rows = Account.objects.select_for_update(of=("self",)).select_related("site")
    return found(actor.visible(rows, AGREE_PLANS).filter(pk=account_id))


def _make_room(account: Account, *, actor: Actor, at: datetime) -> None:
    """Raises PlanRefused when a plan of the account is still to be paid."""
    running = PaymentPlan.objects.filter(account=account, ended_on=None).first()
    if running is None:
        return
    (stands,) = (one for one in standings(day_of(at), account_ids=[account.pk]) if one.plan_id == running.pk)
    if stands.state != PlanState.FULFILLED:
        raise PlanRefused(_("这户还有一份没有还清的分期协议，请先终止它。"))
    _end(running, _FULFILLED, actor=actor, at=at)


_FULFILLED = "已还清"  # matter: kept with the plan


def _debts(account: Account, on: date, charge_ids: Collection[int] | None) -> list[Line]:
    open_lines = statement(account.pk, on).lines
    if charge_ids is None:
        debts = [line for line in open_lines if line.due_on < on]
    else:
        debts = [line for line in open_lines if line.charge_id in set(charge_ids)]
        if len(debts) != len(set(charge_ids)):
            raise Invalid(_("所选账单里有的不属于这户，或者当天没有欠款。"), field="charges")
    if not debts:
        raise Invalid(_("这户当天没有可以分期的欠款。"), field="charges")
    return debts


def _check(instalments: Sequence[Part], agreed_on: date, total: Decimal) -> None:
    if not 1 <= len(instalments) <= MOST:
        raise Invalid(_("分期应为 1 到 %(most)s 期。") % {"most": MOST}, field="instalments")
    if not in_order(instalments):
        raise Invalid(_("各期的日期要一期比一期晚，金额要大于零。"), field="instalments")
    if instalments[0].due_on < agreed_on:
        raise Invalid(_("第一期不能早于约定日期。"), field="first_on")
    if sum((part.amount for part in instalments), ZERO) != total:
        raise Invalid(_("各期合计应等于当天的欠款和违约金 %(total)s 元。") % {"total": total}, field="instalments")


def _kept(file: pictures.Readable) -> tuple[str, bytes]:
    """A PDF as it is, a picture without what else it carried."""
    content = pictures.read(file)
    return ("plan.pdf", content) if content.startswith(_PDF) else ("plan.jpg", pictures.as_jpeg(content))


_PDF = b"%PDF-"


def _write_parts(plan: PaymentPlan, debts: Sequence[Line], instalments: Sequence[Part]) -> None:
    PlanCharge.objects.bulk_create(
        PlanCharge(plan=plan, charge_id=debt.charge_id, open_amount=debt.open_amount, late_fee=debt.late_fee)
        for debt in debts
    )
    Instalment.objects.bulk_create(
        Instalment(plan=plan, due_on=part.due_on, amount=part.amount) for part in instalments
    )
