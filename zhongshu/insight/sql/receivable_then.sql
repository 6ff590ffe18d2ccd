-- The same at the end of a day gone by. Billing counts by its own days, the ledger by those of the books: `booked` is what
-- billing's rows come to by the days of their entries. Parameters: sites, until.
WITH charge AS (
    SELECT charge.id, charge.site_id, charge.amount, charge.issued_on, entry.dated_on,
           CASE WHEN charge.late_fee_of_id IS NOT NULL THEN 'late' WHEN item.fund = 'deposits' THEN 'deposit'
                ELSE 'fee' END AS sort,
           EXISTS (
               SELECT FROM billing_relief reversal
               WHERE reversal.charge_id = charge.id AND reversal.kind = 'reversal' AND reversal.state = 'approved'
           ) AS is_reversed
    FROM billing_charge charge
    JOIN billing_chargeitem item ON item.id = charge.item_id
    JOIN ledger_entry entry ON entry.id = charge.entry_id
    WHERE charge.site_id = ANY(%(sites)s)
), moved AS (
    SELECT site_id, sort, amount, NOT is_reversed AND issued_on < %(until)s AS is_told, dated_on < %(until)s AS is_booked
    FROM charge
    UNION ALL
    SELECT charge.site_id, sort, -allocation.amount,
           NOT is_reversed AND issued_on < %(until)s AND allocation."on" < %(until)s, entry.dated_on < %(until)s
    FROM billing_allocation allocation
    JOIN charge ON charge.id = allocation.charge_id JOIN ledger_entry entry ON entry.id = allocation.entry_id
    WHERE allocation.site_id = ANY(%(sites)s)
), mine AS (
    SELECT site_id, sum(amount) FILTER (WHERE is_told AND sort = 'fee') AS fees,
           sum(amount) FILTER (WHERE is_told AND sort = 'late') AS late_fees,
           sum(amount) FILTER (WHERE is_told AND sort = 'deposit') AS deposits,
           sum(amount) FILTER (WHERE is_booked) AS booked
    FROM moved GROUP BY site_id
), theirs AS (
    SELECT account.site_id, sum(leg.amount) AS ledger
    FROM ledger_ledgeraccount account
    JOIN ledger_leg leg ON leg.account_id = account.id
    JOIN ledger_entry entry ON entry.id = leg.entry_id AND entry.dated_on < %(until)s
    WHERE account.site_id = ANY(%(sites)s) AND account.code = '1122'
    GROUP BY account.site_id
)
SELECT site.id, coalesce(fees, 0.00), coalesce(late_fees, 0.00), coalesce(deposits, 0.00), coalesce(booked, 0.00),
       coalesce(ledger, 0.00)
FROM unnest(%(sites)s) AS site (id)
LEFT JOIN mine ON mine.site_id = site.id LEFT JOIN theirs ON theirs.site_id = site.id
ORDER BY site.id
