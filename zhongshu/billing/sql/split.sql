-- Splits a cost over its sharers as policies/sharing.py tells: in whole cents, the rest to the largest remainders.
, part AS (
    SELECT id, weight, nth, div(%(cents)s * weight, sum(weight) OVER ()) AS cents,
           mod(%(cents)s * weight, sum(weight) OVER ()) AS rest
    FROM sharer
), ranked AS (
    SELECT id, weight, cents, row_number() OVER (ORDER BY rest DESC, nth) AS turn,
           %(cents)s - sum(cents) OVER () AS left_over
    FROM part
)
INSERT INTO billing_sharedshare (cost_id, place_id, weight, amount)
SELECT %(cost_id)s, id, weight, (cents + CASE WHEN turn <= left_over THEN 1 ELSE 0 END) / 100
FROM ranked
