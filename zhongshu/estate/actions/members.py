"""Household members of an account."""

from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from zhongshu.estate.actions._parts import end
from zhongshu.estate.actions.customers import known_or_new
from zhongshu.estate.errors import BadPeriod, MemberOverlap
from zhongshu.estate.kinds import Relation
from zhongshu.estate.models import Account, Customer, HouseholdMember
from zhongshu.estate.permissions import EDIT_CUSTOMERS
from zhongshu.identity import audit
from zhongshu.identity.actor import Actor
from zhongshu.kernel.errors import Invalid, NotFound


@transaction.atomic
def add_member(
    *, actor: Actor, at: datetime, account: Account, customer: Customer, relation: str, starts_on: date
) -> HouseholdMember:
    """Somebody belongs to the account from that day on. Raises MemberOverlap, BadPeriod, Invalid."""
    actor.require(EDIT_CUSTOMERS, account.site_id)
    if customer.site_id != account.site_id:
        raise NotFound(_("没有找到，或者您无权查看。"))
    if relation not in set(Relation):
        raise Invalid(_("请选择与户主的关系。"), field="relation")
    account = Account.objects.select_for_update(of=("self",)).get(pk=account.pk)
    if starts_on < account.starts_on or account.ends_on is not None:
        raise BadPeriod(_("这一户在 %(day)s 不存续。") % {"day": starts_on}, field="starts_on")
    member = _insert_member(account, customer, relation, starts_on)
    after = {"customer": customer.name, "relation": relation, "starts_on": starts_on}
    audit.record(actor=actor, at=at, verb="estate.add_member", target=account, after=after)
    return member


@transaction.atomic
def add_member_for(
    *, actor: Actor, at: datetime, account: Account, relation: str, starts_on: date, **person: str
) -> HouseholdMember:
    """`add_member` for somebody described by `name`, `kind`, `phones`, `id_no`, known or new."""
    actor.require(EDIT_CUSTOMERS, account.site_id)
    customer = known_or_new(actor=actor, at=at, site=account.site, **person)
    return add_member(actor=actor, at=at, account=account, customer=customer, relation=relation, starts_on=starts_on)


def _insert_member(account: Account, customer: Customer, relation: str, starts_on: date) -> HouseholdMember:
    try:
        with transaction.atomic():
            return HouseholdMember.objects.create(
                site_id=account.site_id, account=account, customer=customer, relation=relation, starts_on=starts_on
            )
    except IntegrityError as error:
        raise MemberOverlap(_("%(name)s 已经是这一户的成员。") % {"name": customer.name}, field="customer") from error


@transaction.atomic
def end_member(*, actor: Actor, at: datetime, member: HouseholdMember, ends_on: date) -> None:
    """The person no longer belongs to the account from that day on; its holder leaves only by transfer."""
    actor.require(EDIT_CUSTOMERS, member.site_id)
    row = HouseholdMember.objects.select_for_update(of=("self",)).select_related("account").get(pk=member.pk)
    if row.customer_id == row.account.customer_id:
        raise Invalid(_("户主不能移出，请办理过户或销户。"))
    end(row, ends_on)
    after = {"customer": row.customer_id, "ends_on": ends_on}
    audit.record(actor=actor, at=at, verb="estate.end_member", target=row.account, after=after)
