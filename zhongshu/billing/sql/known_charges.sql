-- What is charged already of lines from old books: the same item, account, place and first day; or a month of theirs
-- that a run has charged. Parameters: site_id; items, accounts, places (0: none), starts, ends as arrays of one length.
SELECT line.nth, charge.id, charge.amount, charge.period_start, charge.period_end, reversal.id IS NULL
FROM unnest(%(items)s::bigint[], %(accounts)s::bigint[], %(places)s::bigint[], %(starts)s::date[], %(ends)s::date[])
         WITH ORDINALITY line(item_id, account_id, place_id, starts_on, ends_on, nth)
JOIN billing_charge charge ON charge.site_id = %(site_id)s AND charge.account_id = line.account_id
    AND charge.item_id = line.item_id AND coalesce(charge.place_id, 0) = line.place_id AND charge.source_id = 0
    AND charge.late_fee_of_id IS NULL
    AND (charge.period_start = line.starts_on
         OR charge.run_id IS NOT NULL AND charge.period_start < line.ends_on AND charge.period_end > line.starts_on)
LEFT JOIN billing_relief reversal
    ON reversal.charge_id = charge.id AND reversal.kind = 'reversal' AND reversal.state = 'approved'
ORDER BY line.nth, charge.id
