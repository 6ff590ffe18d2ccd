-- The same at the end of a day gone by: what had been issued by then and was never reversed as wrong, less what counts
-- from a day before `until`. Parameters: sites, until.
SELECT charge.id, charge.site_id, charge.account_id, charge.place_id, charge.item_id, charge.due_on,
       charge.amount - coalesce(moved.amount, 0) AS open
FROM billing_charge charge
JOIN billing_chargeitem item ON item.id = charge.item_id AND item.fund <> 'deposits'
LEFT JOIN (
    SELECT charge_id, sum(amount) AS amount FROM billing_allocation
    WHERE site_id = ANY(%(sites)s) AND "on" < %(until)s GROUP BY charge_id
) moved ON moved.charge_id = charge.id
WHERE charge.site_id = ANY(%(sites)s) AND charge.issued_on < %(until)s AND charge.late_fee_of_id IS NULL
  AND charge.amount > coalesce(moved.amount, 0)
  AND NOT EXISTS (
      SELECT FROM billing_relief reversal
      WHERE reversal.charge_id = charge.id AND reversal.kind = 'reversal' AND reversal.state = 'approved')
