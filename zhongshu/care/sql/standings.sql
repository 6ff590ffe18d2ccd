-- The scores that moved: of accounts whose entries changed, began or ended between two evaluations, with their initial
-- score. Only those that differ from what the last evaluation left. Parameters: site_id, after, upto; last_entry,
-- last_end (written before this run); bands (JSON array of objects: the best first), initial_band.
INSERT INTO care_now_score
WITH moved AS (
    SELECT account_id FROM care_entry
    WHERE site_id = %(site_id)s AND effective_on >= %(after)s AND effective_on <= %(upto)s
    UNION
    SELECT account_id FROM care_entry WHERE site_id = %(site_id)s AND id > %(last_entry)s
    UNION
    SELECT account_id FROM care_entry
    WHERE site_id = %(site_id)s AND in_force_until > %(after)s AND in_force_until <= %(upto)s
    UNION
    SELECT entry.account_id FROM care_entryend moved JOIN care_entry entry ON entry.id = moved.entry_id
    WHERE moved.site_id = %(site_id)s AND moved.in_force_until > %(after)s AND moved.in_force_until <= %(upto)s
    UNION
    SELECT entry.account_id FROM care_entryend moved JOIN care_entry entry ON entry.id = moved.entry_id
    WHERE moved.site_id = %(site_id)s AND moved.id > %(last_end)s
), summed AS (
    SELECT account.id AS account_id, greatest(0, least(100, policy.initial_score + coalesce(sum(entry.points) FILTER (
               WHERE entry.effective_on <= %(upto)s AND (entry.until IS NULL OR entry.until > %(upto)s)), 0))) AS score,
           coalesce(bool_or(entry.rule = 'prepaid.12' AND entry.effective_on <= %(upto)s
               AND (entry.until IS NULL OR entry.until > %(upto)s)
               AND NOT EXISTS (SELECT FROM care_entry reversal WHERE reversal.reverses_id = entry.id)), false) AS is_gold
    FROM moved JOIN estate_account account ON account.id = moved.account_id
    JOIN care_now_policy policy ON policy.days @> account.starts_on
    LEFT JOIN ({{standing}}) entry ON entry.account_id = account.id AND entry.site_id = %(site_id)s
    GROUP BY account.id, policy.initial_score
), band AS (
    SELECT * FROM jsonb_to_recordset(%(bands)s::jsonb) b(name text, rank int, least int)
)
SELECT summed.account_id, summed.score, now.name, summed.is_gold, before.name, now.rank > before.rank
FROM summed
LEFT JOIN care_standing standing ON standing.account_id = summed.account_id
JOIN band before ON before.name = coalesce(standing.band, %(initial_band)s)
CROSS JOIN LATERAL (  -- the last holds the rest
    SELECT name, rank FROM band WHERE summed.score >= least OR rank = (SELECT max(rank) FROM band) ORDER BY rank LIMIT 1
) now
WHERE standing.account_id IS NULL
   OR (standing.score, standing.band, standing.is_gold) IS DISTINCT FROM (summed.score, now.name, summed.is_gold);
ANALYZE care_now_score;

INSERT INTO care_standing (site_id, account_id, score, band, is_gold, changed_on)
SELECT %(site_id)s, account_id, score, band, is_gold, %(upto)s FROM care_now_score
ON CONFLICT (account_id) DO UPDATE
SET score = excluded.score, band = excluded.band, is_gold = excluded.is_gold, changed_on = excluded.changed_on
