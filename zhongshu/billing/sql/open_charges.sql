-- What an account has open, by charge: principal and posted late fees together.
SELECT base.id, item.code, item.name, item.fund, item.security, coalesce(place.label, ''),
       base.period_start, base.period_end, base.due_on, base.amount, base.late_fee_rate, base.recorded_at,
       coalesce(sum(charge.open_amount) FILTER (WHERE charge.late_fee_of_id IS NULL), 0.00),
       coalesce(array_agg(charge.id ORDER BY charge.id) FILTER (WHERE charge.late_fee_of_id IS NOT NULL), '{}'),
       coalesce(array_agg(charge.open_amount ORDER BY charge.id) FILTER (WHERE charge.late_fee_of_id IS NOT NULL), '{}'),
       EXISTS (
           SELECT FROM billing_dispute dispute
           WHERE dispute.charge_id = base.id AND dispute.starts_on <= %(on)s
             AND (dispute.ends_on IS NULL OR dispute.ends_on > %(on)s)
       )
FROM billing_charge charge
JOIN billing_charge base ON base.id = coalesce(charge.late_fee_of_id, charge.id)
JOIN billing_chargeitem item ON item.id = base.item_id
LEFT JOIN estate_place place ON place.id = base.place_id
WHERE charge.site_id = %(site_id)s AND charge.account_id = %(account_id)s AND charge.open_amount > 0
GROUP BY base.id, item.id, place.id
ORDER BY base.due_on, item.code, base.id
