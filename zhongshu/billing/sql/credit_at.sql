-- Credit of accounts at the end of a day: received by then, less what of it had cleared charges or been paid back.
-- Parameters: account_ids; on. Money that bounced never came.
SELECT payment.account_id,
       sum(payment.amount - coalesce(spent.amount, 0.00) - coalesce(gone.amount, 0.00))
FROM billing_payment payment
LEFT JOIN LATERAL (
    SELECT sum(allocation.amount) AS amount FROM billing_allocation allocation
    WHERE allocation.payment_id = payment.id AND allocation."on" <= %(on)s
) spent ON true
LEFT JOIN LATERAL (
    SELECT sum(outflow.amount) AS amount FROM billing_outflow outflow
    WHERE outflow.payment_id = payment.id AND outflow."on" <= %(on)s
) gone ON true
WHERE payment.account_id = ANY (%(account_ids)s::bigint[]) AND payment.received_on <= %(on)s
  AND NOT EXISTS (SELECT FROM billing_outflow bounce WHERE bounce.payment_id = payment.id AND bounce.kind = 'bounce')
GROUP BY payment.account_id
