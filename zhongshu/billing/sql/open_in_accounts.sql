-- What accounts have open, principals and posted late fees apart; for money of many of them at once.
SELECT charge.account_id, charge.id, item.code, item.fund, item.security, charge.period_start, charge.due_on,
       charge.open_amount, charge.late_fee_rate, charge.recorded_at, charge.late_fee_of_id IS NOT NULL
FROM billing_charge charge
JOIN billing_chargeitem item ON item.id = charge.item_id
WHERE charge.site_id = %(site_id)s AND charge.account_id = ANY(%(account_ids)s) AND charge.open_amount > 0
ORDER BY charge.account_id, charge.due_on, item.code, charge.id
