-- After `scored` with the days 0 (now) and 1 (before): one row for each account that ran on one of them.
-- Parameters: band, was (of before), gold, moved (fallen, risen, changed), months_from, months_until (null: any).
, late AS MATERIALIZED (
    {{months}}
), listed AS (
    SELECT home.id AS account_id, home.number, home.customer, home.unit_id, home.unit, home.path, home.counted,
           home.keeper_id, home.keeper, present.score, coalesce(present.band, 'gone') AS band,
           coalesce(present.is_gold, false) AS is_gold, earlier.score AS score_before,
           coalesce(earlier.band, 'new') AS band_before, coalesce(late.months, 0) AS months
    FROM home
    LEFT JOIN banded present ON present.account_id = home.id AND present.nth = 0
    LEFT JOIN banded earlier ON earlier.account_id = home.id AND earlier.nth = 1
    LEFT JOIN late ON late.account_id = home.id
    WHERE (present.score IS NOT NULL OR earlier.score IS NOT NULL)
      AND CASE WHEN %(band)s::text IS NULL THEN present.score IS NOT NULL
               ELSE coalesce(present.band, 'gone') = %(band)s END
      AND (%(was)s::text IS NULL OR coalesce(earlier.band, 'new') = %(was)s)
      AND (%(gold)s::boolean IS NULL OR coalesce(present.is_gold, false) = %(gold)s)
      AND (%(months_from)s::int IS NULL OR coalesce(late.months, 0) >= %(months_from)s)
      AND (%(months_until)s::int IS NULL OR coalesce(late.months, 0) <= %(months_until)s)
      AND CASE %(moved)s WHEN 'fallen' THEN present.rank > earlier.rank WHEN 'risen' THEN present.rank < earlier.rank
               WHEN 'changed' THEN present.score <> earlier.score ELSE true END
)
