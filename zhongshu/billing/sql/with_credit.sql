-- Accounts of a site that have credit and something open. Parameter: site_id.
SELECT DISTINCT payment.account_id
FROM billing_payment payment
WHERE payment.site_id = %(site_id)s AND payment.unallocated > 0
  AND EXISTS (
      SELECT FROM billing_charge charge
      WHERE charge.site_id = payment.site_id AND charge.account_id = payment.account_id AND charge.open_amount > 0
  )
ORDER BY payment.account_id
