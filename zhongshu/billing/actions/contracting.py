"""Contracts of the diversified operations: signed, ended early."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Final

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from zhongshu.billing.engine.issuing import wait_for_others
from zhongshu.billing.errors import NotNow, NumberUsed
from zhongshu.billing.kinds import ContractKind, Cycle, Method
from zhongshu.billing.lifecycle import ContractState
from zhongshu.billing.models import Contract, ContractStep
from zhongshu.billing.permissions import MANAGE_CONTRACTS
from zhongshu.billing.policies.rent import Step
from zhongshu.billing.queries.items import item_by_code
from zhongshu.estate.actions import partner_account
from zhongshu.estate.queries import place_by_code
from zhongshu.identity import audit
from zhongshu.identity.actor import Actor
from zhongshu.kernel.errors import Invalid, NotFound
from zhongshu.kernel.money import CENT
from zhongshu.kernel.words import short, stated

LONGEST: Final = timedelta(days=366 * 30)
MOST_STEPS: Final = 60
MOST: Final = Decimal("99999999.99")


@dataclass(frozen=True, slots=True)
class Terms:
    """What is agreed: half-open term, how often it is charged, the month's amount by steps; warned about so many days
    before its end."""

    starts_on: date
    ends_on: date
    steps: Sequence[Step]
    cycle: str = Cycle.MONTH
    warn_days: int = 60


@dataclass(frozen=True, slots=True)
class Partner:
    """Who it is agreed with."""

    name: str
    phone: str = ""


@transaction.atomic
def sign_contract(
    *,
    actor: Actor,
    at: datetime,
    site_id: int,
    number: str,
    kind: str,
    title: str,
    partner: Partner,
    item_code: str,
    terms: Terms,
    place_code: str = "",
    note: str = "",
) -> Contract:
    """A contract whose instalments runs charge to the partner's account, opened with it if there is none.

    Raises NotFound, Invalid, NumberUsed.
    """
    actor.require(MANAGE_CONTRACTS, site_id)
    item = item_by_code(site_id, item_code)
    if item.method != Method.RENT:
        raise Invalid(_("“%(item)s”不是按合同收取的收费项目。") % {"item": item.name}, field="item_code")
    _check(terms)
    place = place_by_code(site_id, place_code, field="place_code") if place_code else None
    account = partner_account(
        actor=actor, at=at, site_id=site_id, name=partner.name, phone=partner.phone, starts_on=terms.starts_on
    )
    contract = _kept(
        Contract(
            site_id=site_id,
            number=stated(number, field="number", most=40, what=_("合同编号")),
            kind=ContractKind(kind).value,
            title=stated(title, field="title", most=120, what=_("合同名称")),
            account=account,
            item=item,
            place=place,
            starts_on=terms.starts_on,
            ends_on=terms.ends_on,
            cycle=Cycle(terms.cycle).value,
            warn_days=terms.warn_days,
            note=short(note, field="note", most=500, what=_("备注")),
            by_id=actor.user_id,
            at=at,
        ),
        terms.steps,
    )
    told = [{"starts_on": step.starts_on, "monthly_amount": step.monthly_amount} for step in terms.steps]
    fields = ("number", "kind", "title", "account_id", "item_id", "starts_on", "ends_on", "cycle")
    after = audit.values(contract, fields) | {"steps": told}
    audit.record(actor=actor, at=at, verb="billing.sign_contract", target=contract, after=after)
    return contract


def _check(terms: Terms) -> None:
    if not terms.starts_on < terms.ends_on <= terms.starts_on + LONGEST:
        raise Invalid(_("合同应至少一天，最长三十年。"), field="ends_on")
    if not 0 <= terms.warn_days <= 366:
        raise Invalid(_("提前提醒的天数应在 0 到 366 之间。"), field="warn_days")
    if not 0 < len(terms.steps) <= MOST_STEPS or terms.steps[0].starts_on != terms.starts_on:
        raise Invalid(_("请写明从合同第一天起的月租金。"), field="monthly_amount")
    days = [step.starts_on for step in terms.steps]
    if days != sorted(set(days)) or days[-1] >= terms.ends_on:
        raise Invalid(_("递增的日期应从早到晚，并在合同期内。"), field="monthly_amount")
    for step in terms.steps:
        amount = step.monthly_amount
        if not amount.is_finite() or not 0 <= amount <= MOST or amount != amount.quantize(CENT):
            raise Invalid(_("月租金不能是负数，最多两位小数。"), field="monthly_amount")


def _kept(contract: Contract, steps: Sequence[Step]) -> Contract:
    try:
        with transaction.atomic():
            contract.save()
    except IntegrityError as error:
        raise NumberUsed(_("合同编号“%(number)s”已经有了。") % {"number": contract.number}, field="number") from error
    ContractStep.objects.bulk_create(
        ContractStep(contract=contract, starts_on=step.starts_on, monthly_amount=step.monthly_amount) for step in steps
    )
    return contract


@transaction.atomic
def terminate_contract(*, actor: Actor, at: datetime, contract_id: int, ended_on: date, reason: str) -> Contract:
    """The contract ends early: from that day on nothing is charged any more. What was charged is reversed by hand.

    Raises NotFound, Invalid, NotNow.
    """
    contract = Contract.objects.select_for_update(of=("self",)).select_related("item").filter(pk=contract_id).first()
    if contract is None:
        raise NotFound(_("没有找到，或者您无权查看。"))
    actor.require(MANAGE_CONTRACTS, contract.site_id)
    if contract.state != ContractState.ACTIVE:
        raise NotNow(_("这份合同已经结束。"))
    if not contract.starts_on < ended_on < contract.ends_on:
        raise Invalid(_("终止日期应在合同期内。"), field="ended_on")
    said = stated(reason, field="reason", most=200, what=_("原因"))
    wait_for_others(contract.item)
    before = {"state": contract.state}
    contract.state, contract.ended_on = ContractState.TERMINATED, ended_on
    contract.save(update_fields=["state", "ended_on"])
    after = {"state": contract.state, "ended_on": ended_on, "reason": said}
    audit.record(actor=actor, at=at, verb="billing.terminate_contract", target=contract, before=before, after=after)
    return contract
