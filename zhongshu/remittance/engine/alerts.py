"""Telling finance of money that did not come as it was asked for."""

from datetime import datetime
from decimal import Decimal

from django.urls import reverse
from django.utils.translation import gettext as _

from zhongshu.kernel.clock import day_of
from zhongshu.messaging.actions import tell
from zhongshu.remittance.kinds import ALERT_LABELS, AlertKind
from zhongshu.remittance.models import OnlineAlert, OnlineOrder, ProviderAccount
from zhongshu.remittance.queries.online import finance_of


def raise_alert(
    merchant: ProviderAccount,
    kind: AlertKind,
    *,
    at: datetime,
    key: str,
    amount: Decimal,
    order: OnlineOrder | None = None,
    said: str = "",
) -> None:
    """Once per merchant account, kind and `key`; finance gets a message."""
    alert, is_new = OnlineAlert.objects.get_or_create(
        key=f"{merchant.pk}:{kind}:{key}"[:200],
        defaults={
            "site_id": merchant.site_id,
            "merchant": merchant,
            "order": order,
            "kind": kind,
            "amount": amount,
            "said": said[:300],
            "raised_at": at,
        },
    )
    if is_new:
        tell(
            recipient_ids=finance_of(merchant.site_id, day_of(at)),
            site_id=merchant.site_id,
            kind="online_alert",
            title=_("在线支付：%(what)s，%(amount)s 元") % {"what": ALERT_LABELS[kind], "amount": amount},
            body=str(order or said),
            link=reverse("remittance:alerts"),
            dedupe_key=f"online_alert:{alert.pk}",
            at=at,
        )
