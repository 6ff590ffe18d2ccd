-- Accounts by band at the end of days, gold apart. Parameters: site_id, initial_score, days, bands (JSON: name, rank, least).
WITH asked AS (
    SELECT unnest(%(days)s::date[]) AS "on"
), moved AS (
    SELECT asked."on", entry.account_id, sum(entry.points) AS points, sum(entry.medals) > 0 AS is_gold
    FROM care_back_entry entry
    JOIN asked ON entry.effective_on <= asked."on" AND (entry.until IS NULL OR entry.until > asked."on")
    GROUP BY asked."on", entry.account_id
)
SELECT asked."on", band.name, count(*), count(*) FILTER (WHERE moved.is_gold)
FROM estate_account account
JOIN asked ON account.starts_on <= asked."on" AND (account.ends_on IS NULL OR account.ends_on > asked."on")
LEFT JOIN moved ON moved."on" = asked."on" AND moved.account_id = account.id
CROSS JOIN LATERAL (
    SELECT name FROM jsonb_to_recordset(%(bands)s::jsonb) band(name text, rank int, least int)
    WHERE greatest(0, least(100, %(initial_score)s + coalesce(moved.points, 0))) >= band.least ORDER BY rank LIMIT 1
) band
WHERE account.site_id = %(site_id)s AND account.kind = 'ordinary'
GROUP BY asked."on", band.name
ORDER BY asked."on", band.name
