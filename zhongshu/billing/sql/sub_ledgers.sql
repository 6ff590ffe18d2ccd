-- What billing's rows say each ledger account shows of billing, and what it shows. Parameters: site_id, on.
-- Receivables and account credit are billing's alone: every leg counts. Of the others those of billing's entries.
WITH charged AS (
    SELECT charge.id, item.fund, charge.amount, charge.vat_amount,
           CASE WHEN item.fund = 'deposits' THEN '2241' WHEN item.fund <> 'operating' THEN '3001'
                WHEN item.method = 'late_fee' THEN '6051' ELSE '6001' END AS earns,
           entry.dated_on
    FROM billing_charge charge
    JOIN billing_chargeitem item ON item.id = charge.item_id
    JOIN ledger_entry entry ON entry.id = charge.entry_id
    WHERE charge.site_id = %(site_id)s
), cleared AS (
    SELECT charged.fund, charged.earns, allocation.amount, allocation.payment_id, relief.kind,
           charged.vat_amount * sign(allocation.amount) AS vat
    FROM billing_allocation allocation
    JOIN charged ON charged.id = allocation.charge_id
    JOIN ledger_entry entry ON entry.id = allocation.entry_id AND entry.dated_on <= %(on)s
    LEFT JOIN billing_relief relief ON relief.id = allocation.relief_id
    WHERE allocation.site_id = %(site_id)s
), mine AS (
    SELECT fund, '1122' AS code, amount FROM charged WHERE dated_on <= %(on)s
    UNION ALL SELECT fund, '1122', -amount FROM cleared
    UNION ALL SELECT fund, earns, vat_amount - amount FROM charged WHERE dated_on <= %(on)s
    UNION ALL SELECT fund, '2221', -vat_amount FROM charged WHERE dated_on <= %(on)s
    UNION ALL SELECT fund, earns, amount - vat FROM cleared WHERE kind = 'reversal'
    UNION ALL SELECT fund, '2221', vat FROM cleared WHERE kind = 'reversal'
    UNION ALL
    SELECT fund, CASE WHEN fund <> 'operating' THEN earns WHEN kind = 'write_off' THEN '6702' ELSE '6701' END, amount
    FROM cleared WHERE kind <> 'reversal'
    UNION ALL SELECT 'operating', '2203', amount FROM cleared WHERE payment_id IS NOT NULL
    UNION ALL
    SELECT 'operating', '2203', -payment.amount FROM billing_payment payment
    JOIN ledger_entry entry ON entry.id = payment.entry_id AND entry.dated_on <= %(on)s
    WHERE payment.site_id = %(site_id)s
    UNION ALL
    SELECT 'operating', '2203', outflow.amount FROM billing_outflow outflow
    JOIN ledger_entry entry ON entry.id = outflow.entry_id AND entry.dated_on <= %(on)s
    WHERE outflow.site_id = %(site_id)s
), theirs AS (
    SELECT account.fund, account.code, leg.amount
    FROM ledger_leg leg
    JOIN ledger_ledgeraccount account ON account.id = leg.account_id
    JOIN ledger_entry entry ON entry.id = leg.entry_id
    WHERE leg.site_id = %(site_id)s AND entry.dated_on <= %(on)s
      AND (account.code IN ('1122', '2203')
           OR account.code IN ('2221', '2241', '3001', '6001', '6051', '6701', '6702') AND entry.kind IN
              ('charges', 'charge_reversal', 'late_fees', 'relief', 'write_off', 'credit_drawn', 'bounce'))
)
SELECT fund, code, sum(mine), sum(theirs)
FROM (
    SELECT fund, code, amount AS mine, 0 AS theirs FROM mine
    UNION ALL SELECT fund, code, 0, amount FROM theirs
) both_sides
GROUP BY fund, code ORDER BY fund, code
