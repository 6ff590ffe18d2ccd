-- Money received from `since` until `until` by day, method and who recorded it; what bounced later was never received and
-- is told beside it; money paid back is told on the day it went. Parameters: sites, since, until.
SELECT payment.site_id, payment.received_on AS day, payment.method, payment.recorded_by_id AS cashier_id,
       CASE WHEN bounce.id IS NULL THEN 1 ELSE 0 END AS pieces,
       CASE WHEN bounce.id IS NULL THEN payment.amount ELSE 0 END AS taken,
       CASE WHEN bounce.id IS NULL THEN 0 ELSE payment.amount END AS bounced, 0 AS refunded, payment.id
FROM billing_payment payment
LEFT JOIN billing_outflow bounce ON bounce.payment_id = payment.id AND bounce.kind = 'bounce'
WHERE payment.site_id = ANY(%(sites)s) AND payment.received_on >= %(since)s AND payment.received_on < %(until)s
UNION ALL
SELECT refund.site_id, refund."on", refund.method, NULL, 0, 0, 0, refund.amount, NULL
FROM billing_refund refund
WHERE refund.site_id = ANY(%(sites)s) AND refund."on" >= %(since)s AND refund."on" < %(until)s
  AND refund.entry_id IS NOT NULL
