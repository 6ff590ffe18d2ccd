-- The late fee to date of charges, as policies/late_fees.py computes it for one.
-- Parameters: site_id; account_ids, charge_ids (null: all); on; freezes. Without charge_ids only open charges.
WITH wanted AS (
    SELECT id, amount, late_fee_rate AS rate, item_id, vat_rate,
           CASE WHEN revision = 0 THEN due_on ELSE greatest(due_on, issued_on) END AS late_from
    FROM billing_charge
    WHERE site_id = %(site_id)s
      AND (%(account_ids)s::bigint[] IS NULL OR account_id = ANY(%(account_ids)s::bigint[]))
      AND (%(charge_ids)s::bigint[] IS NULL OR id = ANY(%(charge_ids)s::bigint[]))
      AND (%(charge_ids)s::bigint[] IS NOT NULL OR open_amount > 0)
      AND late_fee_rate > 0 AND late_fee_of_id IS NULL AND due_on < %(on)s
), frozen AS (
    SELECT wanted.id, range_agg(daterange(dispute.starts_on, dispute.ends_on)) AS days
    FROM wanted JOIN billing_dispute dispute ON dispute.charge_id = wanted.id
    WHERE %(freezes)s
    GROUP BY wanted.id
), step AS (
    SELECT id, amount, late_from AS since FROM wanted
    UNION ALL
    SELECT wanted.id, -allocation.amount, greatest(allocation."on", wanted.late_from)
    FROM wanted JOIN billing_allocation allocation ON allocation.charge_id = wanted.id
), counted AS (
    SELECT step.id, sum(step.amount * (greatest(%(on)s::date - step.since, 0) - coalesce(held.days, 0))) AS principal_days
    FROM step
    LEFT JOIN frozen ON frozen.id = step.id
    LEFT JOIN LATERAL (
        SELECT sum(upper(part) - lower(part)) AS days
        FROM unnest(frozen.days * datemultirange(daterange(least(step.since, %(on)s) + 1, %(on)s::date + 1))) part
    ) held ON true
    GROUP BY step.id
), posted AS (
    SELECT wanted.id, sum(late.amount) AS amount, max(late.period_end) AS until
    FROM wanted JOIN billing_charge late ON late.late_fee_of_id = wanted.id
    WHERE NOT EXISTS (
        SELECT FROM billing_relief relief
        WHERE relief.charge_id = late.id AND relief.kind = 'reversal' AND relief.state = 'approved'
    )
    GROUP BY wanted.id
)
SELECT wanted.id,
       greatest(least(round(counted.principal_days * wanted.rate, 2), wanted.amount), 0.00),
       coalesce(posted.amount, 0.00),
       coalesce(posted.until, wanted.late_from + 1),
       item.fund,
       wanted.vat_rate
FROM wanted JOIN counted USING (id) JOIN billing_chargeitem item ON item.id = wanted.item_id
LEFT JOIN posted ON posted.id = wanted.id
ORDER BY wanted.id
