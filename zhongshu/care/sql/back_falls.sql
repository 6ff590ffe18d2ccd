-- How often an account fell into a band. Parameters: site_id, initial_score, from_on, upto, bands (JSON: name, rank, least).
WITH band AS (
    SELECT * FROM jsonb_to_recordset(%(bands)s::jsonb) band(name text, rank int, least int)
), moved AS (
    SELECT account_id, day, sum(points) AS points
    FROM (
        SELECT account_id, effective_on AS day, points FROM care_back_entry
        WHERE until IS NULL OR until > effective_on
        UNION ALL
        SELECT account_id, until, -points FROM care_back_entry WHERE until > effective_on
    ) change
    WHERE day <= %(upto)s GROUP BY account_id, day
), scored AS (
    SELECT account_id, day, greatest(0, least(100, %(initial_score)s
               + sum(points) OVER (PARTITION BY account_id ORDER BY day))) AS score
    FROM moved
), banded AS (
    SELECT scored.account_id, scored.day, at.name, at.rank,
           lag(at.rank, 1, begun.rank) OVER (PARTITION BY scored.account_id ORDER BY scored.day) AS rank_before
    FROM scored
    CROSS JOIN LATERAL (SELECT name, rank FROM band WHERE scored.score >= least ORDER BY rank LIMIT 1) at
    CROSS JOIN (SELECT rank FROM band WHERE %(initial_score)s >= least ORDER BY rank LIMIT 1) begun
)
SELECT name, count(*) FROM banded WHERE rank > rank_before AND day >= %(from_on)s GROUP BY name
