"""Charge items of a site: added, changed, taken over from the usual ones."""

import re
from datetime import datetime
from typing import Any, Final

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from zhongshu.billing.errors import ItemInUse
from zhongshu.billing.kinds import Method
from zhongshu.billing.models import Charge, ChargeItem
from zhongshu.billing.permissions import SET_PRICES
from zhongshu.billing.policies.starter import STARTERS, Starter
from zhongshu.billing.queries.items import item_seen
from zhongshu.identity import audit
from zhongshu.identity.actor import Actor
from zhongshu.kernel.errors import Invalid
from zhongshu.ledger.kinds import Fund

FACTS: Final = (
    "code", "name", "fund", "method", "cycle", "timing", "due_months", "due_day", "is_prorated", "is_recurring",
    "is_everywhere", "place_kinds", "usages", "payer", "security", "is_active",
)  # fmt: skip
SETTLED: Final = ("code", "fund", "method", "cycle", "timing")
"""What bills were issued by: fixed from the first one on."""

_CODE: Final = re.compile(r"[A-Z0-9][A-Z0-9_-]{0,19}")


@transaction.atomic
def add_item(*, actor: Actor, at: datetime, site_id: int, **facts: Any) -> ChargeItem:
    """`facts`: the columns of a ChargeItem. Raises NotFound, Invalid."""
    actor.require(SET_PRICES, site_id)
    item = ChargeItem(site_id=site_id, **facts)
    _save(item)
    audit.record(actor=actor, at=at, verb="billing.add_item", target=item, after=audit.values(item, FACTS))
    return item


@transaction.atomic
def edit_item(*, actor: Actor, at: datetime, item_id: int, **facts: Any) -> ChargeItem:
    """Changes hold from the next run on. Raises NotFound, Invalid, ItemInUse for what bills were issued by."""
    item = ChargeItem.objects.select_for_update().get(pk=item_seen(actor, item_id).pk)
    actor.require(SET_PRICES, item.site_id)
    before = audit.values(item, FACTS)
    for name, value in facts.items():
        setattr(item, name, value)
    after = audit.values(item, FACTS)
    changed = [name for name in FACTS if before[name] != after[name]]
    settled = next((name for name in changed if name in SETTLED), "")
    if settled and Charge.objects.filter(site_id=item.site_id, item=item).exists():
        raise ItemInUse(_("已经出过账，计费方式、周期、资金和编码不能再改；请停用后另建项目。"), field=settled)
    _save(item)
    said = {name: before[name] for name in changed}, {name: after[name] for name in changed}
    audit.record(actor=actor, at=at, verb="billing.edit_item", target=item, before=said[0], after=said[1])
    return item


@transaction.atomic
def take_over_items(*, actor: Actor, at: datetime, site_id: int) -> list[ChargeItem]:
    """The usual items whose code the site does not have. Raises NotFound."""
    actor.require(SET_PRICES, site_id)
    known = set(ChargeItem.objects.filter(site_id=site_id).values_list("code", flat=True))
    lacking = [starter for starter in STARTERS if starter.code not in known]
    return [add_item(actor=actor, at=at, site_id=site_id, **starter.facts) for starter in lacking]


def item_of(starter: Starter, *, actor: Actor, at: datetime, site_id: int) -> ChargeItem:
    """The site's item of that code; made when it lacks it."""
    known = ChargeItem.objects.filter(site_id=site_id, code=starter.code).first()
    return known or add_item(actor=actor, at=at, site_id=site_id, **starter.facts)


def _save(item: ChargeItem) -> None:
    _check(item)
    try:
        with transaction.atomic():
            item.save()
    except IntegrityError as error:
        raise Invalid(_("编码“%(code)s”已经有收费项目在用。") % {"code": item.code}, field="code") from error


def _check(item: ChargeItem) -> None:
    if not _CODE.fullmatch(item.code):
        raise Invalid(_("编码用大写字母、数字、短横线，最多 20 个，如 WYF。"), field="code")
    if not 1 <= item.due_day <= 31:
        raise Invalid(_("缴费日填 1 到 31；31 表示当月最后一天。"), field="due_day")
    if (item.method == Method.DEPOSIT) != (item.fund == Fund.DEPOSITS):
        raise Invalid(_("押金项目归押金资金，别的项目不归。"), field="fund")
    if item.method == Method.LATE_FEE:
        raise Invalid(_("违约金由系统按费率自动计算，不用建项目。"), field="method")
