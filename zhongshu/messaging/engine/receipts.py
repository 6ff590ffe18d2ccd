"""Receipts: kept when they come, put to the deliveries they are about by a step of their own."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import connection

from zhongshu.messaging.engine.parcels import Report
from zhongshu.messaging.models import Channel, Delivery, Receipt
from zhongshu.messaging.policies.trying import RECEIPTS_WITHIN

_SETTLE = """
    WITH open AS (
        SELECT DISTINCT d.id, d.provider_ids, d.channel_id
        FROM messaging_receipt r JOIN messaging_delivery d
            ON d.channel_id = r.channel_id AND r.provider_id = ANY (d.provider_ids)
        WHERE r.settled_at IS NULL AND r.at > %(since)s AND d.state IN ('sent', 'unsure')
    ), said AS (
        SELECT open.id, bool_or(NOT r.is_delivered) AS has_failed,
            count(*) FILTER (WHERE r.is_delivered) = cardinality(open.provider_ids) AS is_whole
        FROM open JOIN messaging_receipt r
            ON r.channel_id = open.channel_id AND r.provider_id = ANY (open.provider_ids)
        GROUP BY open.id, open.provider_ids
    ), settled AS (
        UPDATE messaging_delivery d
        SET state = CASE WHEN said.has_failed THEN 'failed' ELSE 'delivered' END,
            delivered_at = CASE WHEN said.has_failed THEN NULL ELSE %(at)s END
        FROM said WHERE said.id = d.id AND d.state IN ('sent', 'unsure')
            AND (said.has_failed OR (said.is_whole AND d.state = 'sent'))
        RETURNING d.id, d.state, d.notice_id, d.channel_id, d.provider_ids
    ), noted AS (
        UPDATE messaging_receipt r SET settled_at = %(at)s
        FROM settled WHERE r.channel_id = settled.channel_id AND r.provider_id = ANY (settled.provider_ids)
    ), looked AS (
        UPDATE messaging_customernotice n SET look_at = %(at)s
        FROM settled WHERE n.id = settled.notice_id AND settled.state = 'failed'
            AND n.read_at IS NULL AND n.withdrawn_at IS NULL
    )
    SELECT count(*) FROM settled
"""
# What we are unsure about and the carrier delivered in parts stays unsure: the rest of it never left.


def keep(channel: Channel, reports: Sequence[Report], *, at: datetime) -> int:
    """The number of receipts that are new; what they mean is settled at the next tick."""
    rows = [
        Receipt(
            channel=channel,
            provider_id=report.provider_id[:80],
            is_delivered=report.is_delivered,
            said=report.said.replace("\0", "")[:200],
            at=at,
        )
        for report in reports
    ]
    before = Receipt.objects.filter(channel=channel).count() if rows else 0
    Receipt.objects.bulk_create(rows, ignore_conflicts=True)
    return Receipt.objects.filter(channel=channel).count() - before if rows else 0


def settle(*, at: datetime) -> int:
    """Deliveries about which the carrier has spoken its last word; the number of them. One statement."""
    with connection.cursor() as cursor:
        cursor.execute(_SETTLE, {"at": at, "since": at - RECEIPTS_WITHIN})
        return int(cursor.fetchone()[0])


def channels_awaiting(*, at: datetime, within: timedelta = RECEIPTS_WITHIN) -> list[int]:
    """Channels that may still give receipts."""
    rows = Delivery.objects.filter(state="sent", way="sms", sent_at__gt=at - within, channel__deleted_at=None)
    return sorted(set(rows.values_list("channel_id", flat=True)) - {None})
