-- The sums of accounts whose entries changed, began or ended between two evaluations, with their initial score. What was
-- entered after the evaluation of the last day, but takes effect on it, belongs to this one.
-- Parameters: site_id, after, upto; last_entry, last_end (written before this run).
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
)
SELECT account.id, policy.initial_score + coalesce(sum(entry.points) FILTER (
           WHERE entry.effective_on <= %(upto)s AND (entry.until IS NULL OR entry.until > %(upto)s)), 0) AS total,
       coalesce(bool_or(entry.rule = 'prepaid.12' AND entry.effective_on <= %(upto)s
           AND (entry.until IS NULL OR entry.until > %(upto)s)
           AND NOT EXISTS (SELECT FROM care_entry reversal WHERE reversal.reverses_id = entry.id)), false) AS is_gold
FROM moved JOIN estate_account account ON account.id = moved.account_id
JOIN care_now_policy policy ON policy.days @> account.starts_on
LEFT JOIN ({{standing}}) entry ON entry.account_id = account.id AND entry.site_id = %(site_id)s
GROUP BY account.id, policy.initial_score
ORDER BY account.id
