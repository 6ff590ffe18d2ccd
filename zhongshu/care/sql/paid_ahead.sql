-- Who may have paid so many whole months ahead, or was found to have: of the accounts about which something was recorded
-- since the last run; and those whose year was ended early. Parameters: site_id, upto, months.
SELECT affected.account_id
FROM care_now_account affected
JOIN (
    SELECT prepayment.account_id
    FROM billing_prepayment prepayment JOIN billing_payment payment ON payment.id = prepayment.payment_id
    WHERE prepayment.site_id = %(site_id)s AND payment.received_on < %(upto)s
      AND prepayment.ends_on >= date_trunc('month', payment.received_on::timestamp) + make_interval(months => 1 + %(months)s)
) ahead USING (account_id)
WHERE affected.has_facts
UNION
SELECT affected.account_id
FROM care_now_account affected
JOIN billing_charge charge ON charge.site_id = %(site_id)s AND charge.account_id = affected.account_id
JOIN billing_allocation allocation ON allocation.charge_id = charge.id
WHERE affected.has_facts AND allocation.payment_id IS NOT NULL AND allocation."on" < %(upto)s
  AND charge.period_end - allocation."on" > 28 * %(months)s  -- said first, as it is told fast
  AND charge.period_end >= date_trunc('month', allocation."on"::timestamp) + make_interval(months => 1 + %(months)s)
UNION
SELECT affected.account_id
FROM care_now_account affected
JOIN care_entry entry
    ON entry.site_id = %(site_id)s AND entry.account_id = affected.account_id AND entry.rule = 'prepaid.12'
WHERE affected.has_facts
UNION
SELECT prepayment.account_id
FROM billing_prepayment prepayment
JOIN care_entry entry ON entry.site_id = prepayment.site_id AND entry.account_id = prepayment.account_id
    AND entry.rule = 'prepaid.12' AND entry.effective_on < prepayment.ends_on
WHERE prepayment.site_id = %(site_id)s AND prepayment.ended_on IS NOT NULL
ORDER BY account_id
