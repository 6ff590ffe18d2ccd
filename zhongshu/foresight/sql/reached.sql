-- The mornings on which accounts rose to three months in arrears or stood above it, as it is known now: only days on which
-- the number can rise are looked at (a month begins to count; two months have passed since a due day).
-- Parameters: site_id, account_ids (null: all), since, upto, ignore_below.
WITH service AS MATERIALIZED (
    SELECT account_id, month, due_on, from_on, cleared_on
    FROM billing_service_months(%(site_id)s, %(account_ids)s::bigint[], %(ignore_below)s, NULL)
), slow AS MATERIALIZED (  -- who never let anything stand for two months has never owed three
    SELECT * FROM service WHERE account_id IN (
        SELECT account_id FROM service WHERE coalesce(cleared_on, %(upto)s) >= due_on + interval '2 months')
), rise AS (
    SELECT DISTINCT slow.account_id, each.day
    FROM slow CROSS JOIN LATERAL (VALUES (from_on), ((due_on + interval '2 months')::date)) each(day)
    WHERE each.day > %(since)s AND each.day <= %(upto)s
)
SELECT rise.account_id, rise.day
FROM rise JOIN slow ON slow.account_id = rise.account_id AND slow.due_on < rise.day
    AND (slow.cleared_on IS NULL OR slow.cleared_on >= rise.day)
GROUP BY rise.account_id, rise.day
HAVING billing_capped_months(count(DISTINCT slow.month) FILTER (WHERE slow.from_on <= rise.day), min(slow.due_on), rise.day) >= 3
ORDER BY rise.account_id, rise.day
