-- Notes, once each, which debts' clocks have run for so many months; the most pressing of each new one is returned.
-- Parameters: those of limitation.sql, set in below; at, months (an array).
WITH debt AS (
    {{limitation}}
), noted AS (
    INSERT INTO collecting_limitationalert (site_id, charge_id, since, months, at)
    SELECT %(site_id)s, charge_id, since, months, %(at)s
    FROM debt, unnest(%(months)s::int[]) months
    WHERE (since + make_interval(months => months))::date <= %(on)s AND barred_on >= %(on)s
    ON CONFLICT (charge_id, since, months) DO NOTHING
    RETURNING charge_id, months
)
SELECT debt.account_id, max(noted.months), count(DISTINCT noted.charge_id), min(debt.barred_on)
FROM noted JOIN debt USING (charge_id)
GROUP BY debt.account_id
ORDER BY min(debt.barred_on), debt.account_id
