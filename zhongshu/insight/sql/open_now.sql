-- One row per fee of which something is open now. Late fees and deposits are none of it. Parameter: sites.
SELECT charge.id, charge.site_id, charge.account_id, charge.place_id, charge.item_id, charge.due_on,
       charge.open_amount AS open
FROM billing_charge charge
JOIN billing_chargeitem item ON item.id = charge.item_id AND item.fund <> 'deposits'
WHERE charge.site_id = ANY(%(sites)s) AND charge.open_amount > 0 AND charge.late_fee_of_id IS NULL
