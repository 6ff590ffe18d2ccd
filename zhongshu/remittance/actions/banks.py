"""Setting up: our accounts at banks, how a bank wants its files, who lets us collect."""

import re
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from zhongshu.estate.models import Account
from zhongshu.estate.queries import found
from zhongshu.identity import audit
from zhongshu.identity.actor import Actor
from zhongshu.identity.models import Site
from zhongshu.kernel.errors import Invalid, NotFound
from zhongshu.kernel.secrets import seal
from zhongshu.remittance.errors import Overlapping
from zhongshu.remittance.layouts.spec import layout_of
from zhongshu.remittance.models import BankAccount, DebitAuthorisation, DebitLayout
from zhongshu.remittance.permissions import KEEP_DEBITS, SET_UP_BANKS
from zhongshu.remittance.policies.numbers import account_number, masked_number
from zhongshu.remittance.queries.banks import SEALED_FOR


@transaction.atomic
def save_layout(*, actor: Actor, at: datetime, site: Site, rules: Mapping[str, Any]) -> DebitLayout:
    """Files of that name of the site's company look like this from now on. Raises NotFound, LayoutRefused."""
    actor.require(SET_UP_BANKS, site.pk)
    company, name = site.company, layout_of(rules).name
    layout = DebitLayout.objects.select_for_update().filter(company=company, name=name).first()
    before = {"rules": layout.rules} if layout else None
    layout, _is_new = DebitLayout.objects.update_or_create(company=company, name=name, defaults={"rules": dict(rules)})
    after = {"rules": dict(rules)}
    audit.record(actor=actor, at=at, verb="remittance.save_layout", target=layout, before=before, after=after)
    return layout


@transaction.atomic
def open_bank_account(
    *,
    actor: Actor,
    at: datetime,
    site: Site,
    name: str,
    bank_name: str,
    number: str,
    merchant: str = "",
    layout: DebitLayout | None = None,
) -> BankAccount:
    """An account of the site's. Raises NotFound, Invalid, Overlapping."""
    actor.require(SET_UP_BANKS, site.pk)
    _of_company(layout, site)
    given = {"name": name.strip(), "bank_name": bank_name.strip(), "merchant": merchant.strip(), "layout": layout}
    try:
        with transaction.atomic():
            account = BankAccount.objects.create(site=site, number=account_number(number, field="number"), **given)
    except IntegrityError as error:
        raise Overlapping(_("这个账号已经登记过了。"), field="number") from error
    after = audit.values(account, ("name", "bank_name", "number", "merchant", "layout_id"))
    audit.record(actor=actor, at=at, verb="remittance.open_bank_account", target=account, after=after)
    return account


@transaction.atomic
def change_bank_account(
    *,
    actor: Actor,
    at: datetime,
    bank_account_id: int,
    name: str,
    bank_name: str,
    merchant: str = "",
    layout: DebitLayout | None = None,
    is_active: bool = True,
) -> BankAccount:
    """What may change: all but the number. Raises NotFound."""
    rows = actor.visible(BankAccount.objects.select_for_update(of=("self",)), SET_UP_BANKS)
    account = found(rows.filter(pk=bank_account_id).select_related("site"))
    _of_company(layout, account.site)
    fields = ("name", "bank_name", "merchant", "layout_id", "is_active")
    before = audit.values(account, fields)
    account.name, account.bank_name, account.merchant = name.strip(), bank_name.strip(), merchant.strip()
    account.layout, account.is_active = layout, is_active
    account.save()
    after = audit.values(account, fields)
    audit.record(actor=actor, at=at, verb="remittance.change_bank_account", target=account, before=before, after=after)
    return account


def _of_company(layout: DebitLayout | None, site: Site) -> None:
    if layout is not None and layout.company_id != site.company_id:
        raise NotFound(_("没有找到，或者您无权查看。"), field="layout")


@transaction.atomic
def authorise_debit(
    *,
    actor: Actor,
    at: datetime,
    account_id: int,
    bank_account_id: int,
    number: str,
    holder: str,
    starts_on: date,
    bank_name: str = "",
    bank_code: str = "",
    agreement: str = "",
) -> DebitAuthorisation:
    """The account may be collected from, from that day on; what was authorised before ends with it.

    Raises NotFound, Invalid, Overlapping.
    """
    account = found(actor.visible(Account.objects.select_for_update(of=("self",)), KEEP_DEBITS).filter(pk=account_id))
    ours = found(BankAccount.objects.filter(pk=bank_account_id, site=account.site_id, is_active=True))
    plain = account_number(number, field="number")
    if not holder.strip() or re.search(r"[\x00-\x1f]", holder):
        raise Invalid(_("请填写户名。"), field="holder")
    earlier = DebitAuthorisation.objects.filter(account=account, ends_on__isnull=True, starts_on__lt=starts_on)
    earlier.update(ends_on=starts_on, end_reason=_("更换"))
    try:
        with transaction.atomic():
            row = DebitAuthorisation.objects.create(
                site_id=account.site_id,
                account=account,
                bank_account=ours,
                bank_name=bank_name.strip(),
                bank_code=bank_code.strip(),
                sealed=seal(SEALED_FOR, plain),
                masked=masked_number(plain),
                holder=holder.strip(),
                agreement=agreement.strip(),
                starts_on=starts_on,
            )
    except IntegrityError as error:
        raise Overlapping(_("这户在那段时间已有代扣授权，请先结束它。"), field="starts_on") from error
    after = audit.values(row, ("account_id", "bank_account_id", "masked", "holder", "agreement", "starts_on"))
    audit.record(actor=actor, at=at, verb="remittance.authorise_debit", target=row, after=after)
    return row


@transaction.atomic
def end_authorisation(
    *, actor: Actor, at: datetime, authorisation_id: int, ends_on: date, reason: str
) -> DebitAuthorisation:
    """Nothing is asked for from that day on; what is on its way stays so. Raises NotFound, Invalid."""
    rows = actor.visible(DebitAuthorisation.objects.select_for_update(of=("self",)), KEEP_DEBITS)
    row = found(rows.filter(pk=authorisation_id))
    if ends_on <= row.starts_on:
        raise Invalid(_("结束日期应晚于 %(day)s。") % {"day": row.starts_on}, field="ends_on")
    before = audit.values(row, ("ends_on",))
    row.ends_on, row.end_reason = ends_on, reason.strip()
    row.save(update_fields=["ends_on", "end_reason"])
    after = audit.values(row, ("ends_on", "end_reason"))
    audit.record(actor=actor, at=at, verb="remittance.end_authorisation", target=row, before=before, after=after)
    return row
