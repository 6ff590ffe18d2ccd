-- Months of a year that were paid ahead and are not charged yet: accounts by month and item. Parameters: sites, first and
-- last (months), until.
SELECT month.first::date, item.code, max(item.name), count(DISTINCT prepayment.account_id)
FROM billing_prepayment prepayment
JOIN billing_payment payment ON payment.id = prepayment.payment_id AND payment.received_on < %(until)s
JOIN billing_chargeitem item ON item.id = prepayment.item_id AND item.is_recurring
JOIN generate_series(%(first)s::timestamp, %(last)s::timestamp, interval '1 month') AS month (first)
    ON month.first >= prepayment.starts_on AND month.first < coalesce(prepayment.ended_on, prepayment.ends_on)
WHERE prepayment.site_id = ANY(%(sites)s)
  AND NOT EXISTS (
      SELECT FROM billing_charge charge
      WHERE charge.site_id = prepayment.site_id AND charge.account_id = prepayment.account_id
        AND charge.item_id = prepayment.item_id AND charge.period_start <= month.first
        AND charge.period_end > month.first
        AND NOT EXISTS (
            SELECT FROM billing_relief reversal
            WHERE reversal.charge_id = charge.id AND reversal.kind = 'reversal' AND reversal.state = 'approved'))
GROUP BY 1, 2
