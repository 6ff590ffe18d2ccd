-- One row per account of a site: opening of the month, the month's debits and credits up to the day, closing.
SELECT account.id, account.fund, account.code, account.name, account.kind,
       coalesce(sum(leg.amount) FILTER (WHERE entry.dated_on < date_trunc('month', %(on)s::date)), 0.00) AS opening,
       coalesce(sum(leg.amount) FILTER (WHERE leg.amount > 0 AND entry.dated_on >= date_trunc('month', %(on)s::date)), 0.00),
       coalesce(-sum(leg.amount) FILTER (WHERE leg.amount < 0 AND entry.dated_on >= date_trunc('month', %(on)s::date)), 0.00),
       coalesce(sum(leg.amount), 0.00) AS closing
FROM ledger_ledgeraccount account
JOIN ledger_leg leg ON leg.account_id = account.id
JOIN ledger_entry entry ON entry.id = leg.entry_id AND entry.dated_on <= %(on)s
WHERE account.site_id = %(site_id)s
GROUP BY account.id
ORDER BY array_position(ARRAY['operating', 'maintenance_fund', 'common_area_revenue', 'deposits'], account.fund), account.code
