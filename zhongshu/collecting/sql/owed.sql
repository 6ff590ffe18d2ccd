-- What accounts have open and past due at the end of a day, by charge: principal, and late fee to the day.
-- Parameters: site_id, account_ids, on; and those of billing's late_fees, which is set in below: without charge_ids (the
-- day has not gone by) only what is open now was open then. What was posted of a late fee after the day was not posted then.
    SELECT base.account_id, base.id AS charge_id, base.due_on,
           coalesce(sum(open.amount) FILTER (WHERE charge.late_fee_of_id IS NULL), 0.00) AS principal,
           coalesce(sum(open.amount) FILTER (WHERE charge.late_fee_of_id IS NOT NULL), 0.00)
               + greatest(max(late.accrued - late.posted + later.amount), 0.00) AS late_fee
    FROM billing_charge charge
    JOIN billing_charge base ON base.id = coalesce(charge.late_fee_of_id, charge.id)
    CROSS JOIN LATERAL (
        SELECT CASE WHEN %(charge_ids)s::bigint[] IS NULL THEN charge.open_amount ELSE charge.amount - coalesce((
            SELECT sum(allocation.amount) FROM billing_allocation allocation
            WHERE allocation.charge_id = charge.id AND allocation."on" <= %(on)s
        ), 0.00) END AS amount
    ) open
    LEFT JOIN ({{late_fees}}) late(charge_id, accrued, posted, until, fund, vat_rate) ON late.charge_id = base.id
    CROSS JOIN LATERAL (
        SELECT coalesce(sum(posted.amount), 0.00) AS amount
        FROM billing_charge posted WHERE posted.late_fee_of_id = base.id AND posted.issued_on > %(on)s
    ) later
    WHERE charge.site_id = %(site_id)s AND charge.account_id = ANY(%(account_ids)s::bigint[])
      AND (%(charge_ids)s::bigint[] IS NOT NULL OR charge.open_amount > 0)
      AND base.due_on < %(on)s AND charge.issued_on <= %(on)s AND open.amount > 0
    GROUP BY base.id
