-- One row per fee due before `until`, split into this year's (due from `since` on) and older ones; money and reliefs with
-- their day before `until`. Late fees, deposits and charges reversed as wrong are none of it. Amounts of the other kind
-- of row are zero. Parameters: sites, since, until.
WITH moved AS MATERIALIZED (
    SELECT allocation.charge_id,
           coalesce(sum(amount) FILTER (WHERE payment_id IS NOT NULL AND "on" < %(since)s), 0) AS money_before,
           coalesce(sum(amount) FILTER (WHERE payment_id IS NOT NULL AND "on" >= %(since)s), 0) AS money,
           coalesce(sum(amount) FILTER (WHERE payment_id IS NULL AND "on" < %(since)s), 0) AS relief_before,
           coalesce(sum(amount) FILTER (WHERE payment_id IS NULL AND "on" >= %(since)s), 0) AS relief
    FROM billing_allocation allocation
    WHERE site_id = ANY(%(sites)s) AND "on" < %(until)s
    GROUP BY allocation.charge_id
), fee AS (
    SELECT charge.id, charge.site_id, charge.account_id, charge.place_id, charge.item_id, charge.due_on, charge.amount,
           charge.due_on >= %(since)s AS is_current, coalesce(money_before, 0) AS money_before,
           coalesce(money, 0) AS money, coalesce(relief_before, 0) AS relief_before, coalesce(relief, 0) AS relief
    FROM billing_charge charge
    JOIN billing_chargeitem item ON item.id = charge.item_id AND item.fund <> 'deposits'
    LEFT JOIN moved ON moved.charge_id = charge.id
    WHERE charge.site_id = ANY(%(sites)s) AND charge.due_on < %(until)s AND charge.late_fee_of_id IS NULL
      AND NOT EXISTS (
          SELECT FROM billing_relief reversal
          WHERE reversal.charge_id = charge.id AND reversal.kind = 'reversal' AND reversal.state = 'approved')
)
SELECT id, site_id, account_id, place_id, item_id, due_on,
       CASE WHEN is_current THEN amount ELSE 0 END AS due,
       CASE WHEN is_current THEN money_before + money ELSE 0 END AS collected,
       CASE WHEN is_current THEN money_before ELSE 0 END AS ahead,
       CASE WHEN is_current THEN relief_before + relief ELSE 0 END AS relieved,
       CASE WHEN is_current THEN amount - money_before - money - relief_before - relief ELSE 0 END AS unpaid,
       CASE WHEN is_current THEN 0 ELSE amount - money_before - relief_before END AS opening,
       CASE WHEN is_current THEN 0 ELSE money END AS recovered,
       CASE WHEN is_current THEN 0 ELSE relief END AS forgiven,
       CASE WHEN is_current THEN 0 ELSE amount - money_before - money - relief_before - relief END AS remaining
FROM fee
