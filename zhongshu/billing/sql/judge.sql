-- What becomes of the lines of an item: new, there already, or not to be charged, and why. met.sql tells what they meet.
-- `previous`: the last charges of the months before. Whether such a one was whole and stands is asked only where it is out
-- of line.
WITH {{lines}}, {{met}}, previous AS (
    SELECT DISTINCT ON (account_id, place_id, source_id) id, account_id, place_id, source_id, amount
    FROM billing_charge
    WHERE site_id = %(site_id)s AND item_id = %(item_id)s AND period_start = %(previous_start)s
      AND (account_id BETWEEN %(first_account)s AND %(last_account)s OR account_id = %(developer_account)s)
    ORDER BY account_id DESC, place_id DESC, source_id DESC, revision DESC  -- as the key's index, read backwards
), judged AS MATERIALIZED (
    SELECT met.*, previous.amount AS amount_before,
           CASE WHEN met.amount <> previous.amount AND met.since = %(period_start)s AND met.until = %(period_end)s
                     AND (met.amount > 3 * previous.amount OR 3 * met.amount < previous.amount)
                THEN (
                    SELECT charge.detail->>'from' = %(previous_start)s::text
                           AND charge.detail->>'until' = %(period_start)s::text
                           AND NOT EXISTS (
                               SELECT FROM billing_relief reversal
                               WHERE reversal.charge_id = charge.id AND reversal.kind = 'reversal'
                                 AND reversal.state = 'approved')
                    FROM billing_charge charge
                    WHERE charge.id = previous.id)
                ELSE false END AS is_out_of_line
    FROM (SELECT true AS is_met, met.* FROM met) AS met
    FULL JOIN previous ON previous.account_id = met.account_id  -- FULL: never a nested loop, as in met.sql
        AND coalesce(previous.place_id, 0) = coalesce(met.place_id, 0) AND previous.source_id = met.source_id
    WHERE coalesce(is_met, false)
)
