-- Late fees become charges of their own. Parameters: charge_ids, amounts, vats, starts as arrays of one length; funds
-- and item_ids (the late fee's item of each fund) likewise; entry_id, on, at.
INSERT INTO billing_charge
    (site_id, account_id, place_id, item_id, entry_id, source_id, late_fee_of_id, revision, period_start, period_end,
     due_on, issued_on, recorded_at, quantity, unit_price, amount, vat_rate, vat_amount, late_fee_rate, payer,
     open_amount, detail)
SELECT base.site_id, base.account_id, base.place_id, fee.item_id, %(entry_id)s, base.id, base.id,
       (SELECT count(*) FROM billing_charge earlier
        WHERE earlier.late_fee_of_id = base.id AND earlier.period_start = late.start),
       late.start, %(on)s::date + 1, %(on)s, %(on)s, %(at)s,
       %(on)s::date + 1 - late.start, base.late_fee_rate, late.amount, base.vat_rate, late.vat, 0, base.payer,
       late.amount, jsonb_build_object('principal', base.amount::text, 'rate', base.late_fee_rate::text)
FROM unnest(%(charge_ids)s::bigint[], %(amounts)s::numeric[], %(vats)s::numeric[], %(starts)s::date[])
         late(charge_id, amount, vat, start)
JOIN billing_charge base ON base.id = late.charge_id
JOIN billing_chargeitem item ON item.id = base.item_id
JOIN unnest(%(funds)s::text[], %(item_ids)s::bigint[]) fee(fund, item_id) ON fee.fund = item.fund
RETURNING late_fee_of_id, id
