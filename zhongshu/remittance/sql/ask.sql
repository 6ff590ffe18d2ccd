-- The lines of a new batch: what each account owes that day that is issued and not disputed, where its holder lets the
-- bank account collect and no other debit is on its way. In the order of the tree, numbered from 1.
INSERT INTO remittance_debitline
    (site_id, batch_id, sequence, reference, account_id, authorisation_id, amount, charge_ids, state, failure, code,
     message, collected, trouble)
SELECT %(site)s, %(batch)s, row_number() OVER numbered, %(number)s || '-' || row_number() OVER numbered,
       owed.account_id, allowed.id, owed.amount, owed.charge_ids, 'asked', '', '', '', 0, ''
FROM (
    SELECT charge.account_id, sum(charge.open_amount) AS amount,
        array_agg(DISTINCT coalesce(charge.late_fee_of_id, charge.id)) AS charge_ids
    FROM billing_charge AS charge
    WHERE charge.site_id = %(site)s AND charge.open_amount > 0 AND charge.due_on <= %(due_on)s
        AND NOT EXISTS (
            SELECT FROM billing_dispute AS dispute
            WHERE dispute.charge_id = charge.id AND dispute.starts_on <= %(on)s
                AND (dispute.ends_on IS NULL OR dispute.ends_on > %(on)s)
        )
    GROUP BY charge.account_id
) AS owed
JOIN remittance_debitauthorisation AS allowed ON allowed.account_id = owed.account_id
    AND allowed.bank_account_id = %(bank_account)s
    AND allowed.starts_on <= %(on)s AND (allowed.ends_on IS NULL OR allowed.ends_on > %(on)s)
JOIN estate_account AS account ON account.id = owed.account_id
LEFT JOIN estate_place AS unit ON unit.id = account.unit_id
WHERE NOT EXISTS (
    SELECT FROM remittance_debitline AS waiting
    WHERE waiting.account_id = owed.account_id
        AND (waiting.state IN ('asked', 'unknown') OR waiting.state = 'paid' AND waiting.payment_id IS NULL)
)
WINDOW numbered AS (ORDER BY unit.path_as_counted NULLS LAST, owed.account_id)
