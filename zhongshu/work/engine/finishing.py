"""What has to be in order before an order is done, and what follows from its being done or given up."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from decimal import Decimal

from django.utils.translation import gettext as _

from zhongshu.kernel.outbox import publish
from zhongshu.work import queries
from zhongshu.work.errors import ChecklistIncomplete, PriceNotAgreed
from zhongshu.work.events import PriceDue
from zhongshu.work.kinds import AidState
from zhongshu.work.lifecycle import JOB_OPEN, JobState
from zhongshu.work.models import AidRequest, AidSpell, ContractorJob, OrderChecklist, WorkOrder
from zhongshu.work.policies import checklists, prices

A_MINUTE = timedelta(minutes=1)


def check_checklist(order: WorkOrder) -> None:
    """The version that the order was worked by is kept with it. Raises ChecklistIncomplete, which names what is
    missing."""
    template = queries.template_of(order)
    if template is None:
        return
    entered = queries.entries_of(order)
    left = checklists.missing(checklists.items_of(template.items), entered)
    if left:
        names = "、".join(item.label for item in left)
        raise ChecklistIncomplete(_("检查表还有必填项没有填：%(names)s") % {"names": names})
    OrderChecklist.objects.get_or_create(order=order, defaults={"site_id": order.site_id, "template": template})


def check_price(order: WorkOrder) -> None:
    """Raises PriceNotAgreed."""
    total, agreed = queries.charged(order), queries.agreement_of(order)
    beyond = prices.beyond(total, agreed.amount if agreed else None)
    if beyond:
        words = {"total": total, "agreed": agreed.amount if agreed else Decimal("0.00")}
        raise PriceNotAgreed(_("有偿费用 ¥%(total)s 超过客户同意的 ¥%(agreed)s，请先征得客户同意。") % words)


def follow_up(order: WorkOrder, *, at: datetime) -> None:
    """Helpers go home; what the customer agreed to is owed."""
    everybody_leaves(order, at=at)
    agreed = queries.agreement_of(order)
    if agreed is None:
        return
    happened = PriceDue(
        site_id=order.site_id,
        order_id=order.pk,
        account_id=order.account_id,
        agreement_id=agreed.pk,
        amount=str(prices.due(queries.charged(order), agreed.amount)),
    )
    publish(happened, at=at)


def give_up(order: WorkOrder, *, at: datetime) -> None:
    """Helpers go home, a contractor is called back, a booked visit is let go."""
    everybody_leaves(order, at=at)
    open_jobs = ContractorJob.objects.filter(order=order, state__in=JOB_OPEN)
    open_jobs.update(state=JobState.RECALLED, recalled_at=at)
    order.visits.filter(released_at__isnull=True).update(released_at=at)


def everybody_leaves(order: WorkOrder, *, at: datetime) -> None:
    """No help is needed with the order any more."""
    end_spells(AidSpell.objects.filter(order=order, left_at__isnull=True).select_for_update(), at=at)
    open_requests = AidRequest.objects.filter(order=order, state__in=[AidState.ASKED, AidState.ACCEPTED])
    open_requests.update(state=AidState.OVER)


def end_spells(spells: Iterable[AidSpell], *, at: datetime) -> None:
    """Credit the time to the helpers, in whole minutes."""
    for spell in spells:
        spell.left_at = max(at, spell.joined_at)
        spell.minutes = (spell.left_at - spell.joined_at) // A_MINUTE
        spell.save(update_fields=["left_at", "minutes"])
