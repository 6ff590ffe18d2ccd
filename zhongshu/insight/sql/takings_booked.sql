-- Money received less paid back, by site and the ledger's account of its method: by billing's own days, by the days of the
-- books, and what the ledger's entries of payments, bounces and refunds show. Parameters: sites, since, until, codes
-- (method → account, as JSON).
WITH moved AS (
    SELECT payment.site_id, payment.method, payment.amount,
           payment.received_on >= %(since)s AND payment.received_on < %(until)s AND NOT EXISTS (
               SELECT FROM billing_outflow bounce WHERE bounce.payment_id = payment.id AND bounce.kind = 'bounce'
           ) AS is_told, entry.dated_on
    FROM billing_payment payment JOIN ledger_entry entry ON entry.id = payment.entry_id
    WHERE payment.site_id = ANY(%(sites)s)
    UNION ALL
    SELECT bounce.site_id, payment.method, -bounce.amount, false, entry.dated_on
    FROM billing_outflow bounce JOIN billing_payment payment ON payment.id = bounce.payment_id
    JOIN ledger_entry entry ON entry.id = bounce.entry_id
    WHERE bounce.site_id = ANY(%(sites)s) AND bounce.kind = 'bounce'
    UNION ALL
    SELECT refund.site_id, refund.method, -refund.amount, refund."on" >= %(since)s AND refund."on" < %(until)s,
           entry.dated_on
    FROM billing_refund refund JOIN ledger_entry entry ON entry.id = refund.entry_id
    WHERE refund.site_id = ANY(%(sites)s)
), mine AS (
    SELECT site_id, %(codes)s::jsonb ->> method AS code, sum(amount) FILTER (WHERE is_told) AS told,
           sum(amount) FILTER (WHERE dated_on >= %(since)s AND dated_on < %(until)s) AS booked
    FROM moved GROUP BY 1, 2
), theirs AS (
    SELECT account.site_id, account.code, account.id AS account_id, sum(leg.amount) AS ledger
    FROM ledger_ledgeraccount account
    JOIN ledger_leg leg ON leg.account_id = account.id
    JOIN ledger_entry entry ON entry.id = leg.entry_id
    WHERE account.site_id = ANY(%(sites)s) AND account.fund = 'operating'
      AND account.code IN ('1001', '1002', '1012', '2242') AND entry.kind IN ('payment', 'bounce', 'refund')
      AND entry.dated_on >= %(since)s AND entry.dated_on < %(until)s
    GROUP BY account.site_id, account.code, account.id
)
SELECT site_id, code, coalesce(told, 0.00), coalesce(booked, 0.00), coalesce(ledger, 0.00), account_id
FROM mine FULL JOIN theirs USING (site_id, code)
WHERE told IS NOT NULL OR booked IS NOT NULL OR ledger IS NOT NULL
ORDER BY site_id, code
