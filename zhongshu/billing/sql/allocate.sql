-- The allocations of one payment. Parameters: charge_ids, amounts, orders as arrays of one length; the rest for all.
INSERT INTO billing_allocation
    (site_id, charge_id, payment_id, amount, "on", recorded_at, order_used, entry_id)
SELECT %(site_id)s, share.charge_id, %(payment_id)s, share.amount, %(on)s, %(at)s, share.order_used, %(entry_id)s
FROM unnest(%(charge_ids)s::bigint[], %(amounts)s::numeric[], %(orders)s::text[]) WITH ORDINALITY
         share(charge_id, amount, order_used, place)
ORDER BY share.place
