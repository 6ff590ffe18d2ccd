-- Makes the charges; answers as the preview does. Whoever charges the item holds its lock (engine/issuing.py), so that
-- nothing can conflict: ON CONFLICT would cost a quarter more. The unique key stands guard all the same.
, made AS (
    INSERT INTO billing_charge
        (site_id, account_id, place_id, item_id, tariff_id, run_id, entry_id, source_id, revision, period_start, period_end,
         due_on, issued_on, recorded_at, quantity, unit_price, amount, vat_rate, vat_amount, late_fee_rate, payer, open_amount,
         detail)
    SELECT %(site_id)s, account_id, place_id, %(item_id)s, tariff_id, %(run_id)s, %(entry_id)s, source_id, revision,
           %(period_start)s, %(period_end)s, %(due_on)s, %(issued_on)s, %(at)s, quantity, unit_price, amount, vat_rate,
           vat_amount, late_fee_rate, payer, amount, told
    FROM judged
    WHERE NOT stands AND reason IS NULL AND NOT is_elsewhere AND amount > 0
    RETURNING amount, vat_amount
)
SELECT count(*), coalesce(sum(amount), 0.00), coalesce(sum(vat_amount), 0.00), (SELECT count(*) FROM judged WHERE stands),
       (SELECT count(*) FROM noted)
FROM made
