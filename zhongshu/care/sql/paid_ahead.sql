-- Who may have paid so many whole months ahead, or was found to have: accounts of a site with something recorded since
-- the last run, or all. Parameters: site_id, since (null: all), after, upto, months.
SELECT account_id
FROM (
    SELECT prepayment.account_id
    FROM billing_prepayment prepayment JOIN billing_payment payment ON payment.id = prepayment.payment_id
    WHERE prepayment.site_id = %(site_id)s
      AND prepayment.ends_on >= date_trunc('month', payment.received_on::timestamp) + make_interval(months => 1 + %(months)s)
      AND payment.received_on < %(upto)s
    UNION
    SELECT charge.account_id
    FROM billing_allocation allocation JOIN billing_charge charge ON charge.id = allocation.charge_id
    WHERE allocation.site_id = %(site_id)s AND allocation.payment_id IS NOT NULL AND allocation."on" < %(upto)s
      AND (%(since)s::timestamptz IS NULL OR allocation.recorded_at >= %(since)s OR allocation."on" >= %(after)s)
      AND charge.period_end >= date_trunc('month', allocation."on"::timestamp) + make_interval(months => 1 + %(months)s)
    UNION
    SELECT account_id FROM care_entry WHERE site_id = %(site_id)s AND rule = 'prepaid.12'
) ahead
JOIN estate_account account ON account.id = ahead.account_id AND account.kind = 'ordinary'
ORDER BY account_id
