-- What is not charged, or with a doubt, is noted with the run.
, noted AS (
    INSERT INTO billing_runexception (site_id, run_id, item_id, place_id, account_id, reason, words, is_charged)
    SELECT %(site_id)s, %(run_id)s, %(item_id)s, place_id, account_id,
           CASE WHEN reason IS NOT NULL THEN reason WHEN is_elsewhere THEN 'charged_elsewhere' ELSE 'out_of_line' END,
           jsonb_strip_nulls(jsonb_build_object('amount', amount::text, 'before', amount_before::text)),
           reason IS NULL AND NOT is_elsewhere
    FROM judged
    WHERE NOT stands AND (reason IS NOT NULL OR is_elsewhere OR is_out_of_line AND amount > 0)
    RETURNING id
)
