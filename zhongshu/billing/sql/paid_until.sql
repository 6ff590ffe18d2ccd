-- Up to which day each item of accounts is paid without a gap: account, code of the item, the first day not paid (null:
-- not even the first). Parameters: site_id; account_ids, item_codes (null: all); paid_before; ignore_below; known_at
-- (null: all that is known). Service goes by months as for arrears; what is no service is paid when the whole charge
-- is. Months paid ahead are paid, until a bill for them is past due.
WITH charged AS (
    SELECT service.account_id, service.item_id, service.due_on, coalesce(service.cleared_on < %(paid_before)s, false) AS is_paid,
           daterange(greatest(service.month, charge.period_start),
                     least((service.month + interval '1 month')::date, charge.period_end)) AS days
    FROM billing_service_months(
        %(site_id)s, %(account_ids)s::bigint[], %(ignore_below)s::numeric, %(known_at)s::timestamptz
    ) service
    JOIN billing_charge charge ON charge.id = service.charge_id
    UNION ALL
    SELECT charge.account_id, charge.item_id, charge.due_on, charge.amount - coalesce(cleared.amount, 0) < %(ignore_below)s::numeric,
           daterange(charge.period_start, charge.period_end)
    FROM billing_charge charge
    JOIN billing_chargeitem item ON item.id = charge.item_id AND NOT item.is_recurring
    LEFT JOIN LATERAL (
        SELECT sum(allocation.amount) AS amount FROM billing_allocation allocation
        WHERE allocation.charge_id = charge.id AND allocation."on" < %(paid_before)s
          AND (%(known_at)s::timestamptz IS NULL OR allocation.recorded_at <= %(known_at)s::timestamptz)
    ) cleared ON true
    WHERE charge.site_id = %(site_id)s
      AND (%(account_ids)s::bigint[] IS NULL OR charge.account_id = ANY (%(account_ids)s::bigint[]))
      AND charge.late_fee_of_id IS NULL AND item.method NOT IN ('one_off', 'deposit', 'late_fee')
      AND (%(known_at)s::timestamptz IS NULL OR charge.recorded_at <= %(known_at)s::timestamptz)
      AND NOT EXISTS (
          SELECT FROM billing_relief relief
          WHERE relief.charge_id = charge.id AND relief.kind = 'reversal' AND relief.state = 'approved'
            AND (%(known_at)s::timestamptz IS NULL OR relief.decided_at <= %(known_at)s::timestamptz)
      )
), ahead AS (
    SELECT prepayment.account_id, prepayment.item_id,
           daterange(prepayment.starts_on, coalesce(prepayment.ended_on, prepayment.ends_on)) AS days
    FROM billing_prepayment prepayment JOIN billing_payment payment ON payment.id = prepayment.payment_id
    WHERE prepayment.site_id = %(site_id)s
      AND (%(account_ids)s::bigint[] IS NULL OR prepayment.account_id = ANY (%(account_ids)s::bigint[]))
      AND payment.received_on < %(paid_before)s
      AND (%(known_at)s::timestamptz IS NULL OR payment.recorded_at <= %(known_at)s::timestamptz)
      AND NOT EXISTS (
          SELECT FROM billing_outflow bounce
          WHERE bounce.payment_id = payment.id AND bounce.kind = 'bounce'
            AND (%(known_at)s::timestamptz IS NULL OR bounce.recorded_at <= %(known_at)s::timestamptz)
      )
), summed AS (
    SELECT account_id, item_id, range_agg(days) AS told,
           coalesce(range_agg(days) FILTER (WHERE is_paid), '{}') AS paid,
           coalesce(range_agg(days) FILTER (WHERE NOT is_paid), '{}') AS unpaid,
           coalesce(range_agg(days) FILTER (WHERE NOT is_paid AND due_on < %(paid_before)s), '{}') AS late,
           coalesce(range_agg(days) FILTER (WHERE is_paid IS NULL), '{}') AS ahead
    FROM (
        SELECT account_id, item_id, days, is_paid, due_on FROM charged
        UNION ALL
        SELECT account_id, item_id, days, NULL, NULL FROM ahead
    ) everything
    WHERE NOT isempty(days)
    GROUP BY account_id, item_id
)
SELECT summed.account_id, item.code, upper(first_part.days)
FROM summed
JOIN billing_chargeitem item ON item.id = summed.item_id
LEFT JOIN LATERAL (
    SELECT part.days FROM unnest((paid - unpaid) + (ahead - late)) part(days)
    WHERE lower(part.days) = lower(summed.told)
) first_part ON true
WHERE %(item_codes)s::text[] IS NULL OR item.code = ANY (%(item_codes)s::text[])
ORDER BY summed.account_id, item.code
