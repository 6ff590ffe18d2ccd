-- What money cleared from `since` until `until`, by what it cleared: this year's fees, older ones, fees not due before
-- `until`, late fees, deposits; `booked`: by the days of the books; and the ledger's own words for it, money that came
-- (less what bounced or was paid back) and what account credit fell by. Parameters: sites, since, until.
WITH cleared AS (
    SELECT allocation.site_id, allocation.amount,
           allocation."on" >= %(since)s AND allocation."on" < %(until)s AS is_told,
           entry.dated_on >= %(since)s AND entry.dated_on < %(until)s AS is_booked,
           CASE WHEN charge.late_fee_of_id IS NOT NULL THEN 'late' WHEN item.fund = 'deposits' THEN 'deposit'
                WHEN charge.due_on >= %(until)s THEN 'later' WHEN charge.due_on >= %(since)s THEN 'current'
                ELSE 'old' END AS sort
    FROM billing_allocation allocation
    JOIN billing_charge charge ON charge.id = allocation.charge_id
    JOIN billing_chargeitem item ON item.id = charge.item_id
    JOIN ledger_entry entry ON entry.id = allocation.entry_id
    WHERE allocation.site_id = ANY(%(sites)s) AND allocation.payment_id IS NOT NULL
), mine AS (
    SELECT site_id, sum(amount) FILTER (WHERE is_told AND sort = 'current') AS current,
           sum(amount) FILTER (WHERE is_told AND sort = 'old') AS old,
           sum(amount) FILTER (WHERE is_told AND sort = 'later') AS later,
           sum(amount) FILTER (WHERE is_told AND sort = 'late') AS late_fees,
           sum(amount) FILTER (WHERE is_told AND sort = 'deposit') AS deposits,
           sum(amount) FILTER (WHERE is_booked) AS booked
    FROM cleared GROUP BY site_id
), theirs AS (
    SELECT account.site_id, sum(leg.amount) FILTER (WHERE account.code <> '2203') AS money,
           sum(leg.amount) FILTER (WHERE account.code = '2203') AS credit
    FROM ledger_ledgeraccount account
    JOIN ledger_leg leg ON leg.account_id = account.id
    JOIN ledger_entry entry ON entry.id = leg.entry_id
    WHERE account.site_id = ANY(%(sites)s) AND entry.dated_on >= %(since)s AND entry.dated_on < %(until)s
      AND (account.code = '2203'
           OR account.code IN ('1001', '1002', '1012', '2242') AND entry.kind IN ('payment', 'bounce', 'refund'))
    GROUP BY account.site_id
)
SELECT site.id, coalesce(current, 0.00), coalesce(old, 0.00), coalesce(later, 0.00), coalesce(late_fees, 0.00),
       coalesce(deposits, 0.00), coalesce(booked, 0.00), coalesce(money, 0.00), coalesce(credit, 0.00)
FROM unnest(%(sites)s) AS site (id)
LEFT JOIN mine ON mine.site_id = site.id LEFT JOIN theirs ON theirs.site_id = site.id
ORDER BY site.id
