-- What billing has open now, and what the ledger's receivables show, by site. Parameters: sites.
WITH mine AS (
    SELECT charge.site_id,
           sum(open) FILTER (WHERE NOT is_late AND item.fund <> 'deposits') AS fees,
           sum(open) FILTER (WHERE is_late) AS late_fees,
           sum(open) FILTER (WHERE NOT is_late AND item.fund = 'deposits') AS deposits,
           sum(open) AS booked
    FROM (
        SELECT site_id, item_id, late_fee_of_id IS NOT NULL AS is_late, sum(open_amount) AS open
        FROM billing_charge WHERE site_id = ANY(%(sites)s) AND open_amount > 0
        GROUP BY 1, 2, 3
    ) charge
    JOIN billing_chargeitem item ON item.id = charge.item_id
    GROUP BY charge.site_id
), theirs AS (
    SELECT account.site_id, sum(leg.amount) AS ledger
    FROM ledger_ledgeraccount account JOIN ledger_leg leg ON leg.account_id = account.id
    WHERE account.site_id = ANY(%(sites)s) AND account.code = '1122'
    GROUP BY account.site_id
)
SELECT site.id, coalesce(fees, 0.00), coalesce(late_fees, 0.00), coalesce(deposits, 0.00), coalesce(booked, 0.00),
       coalesce(ledger, 0.00)
FROM unnest(%(sites)s) AS site (id)
LEFT JOIN mine ON mine.site_id = site.id LEFT JOIN theirs ON theirs.site_id = site.id
ORDER BY site.id
