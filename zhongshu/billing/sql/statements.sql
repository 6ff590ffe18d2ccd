-- The charges of accounts as they stood at the end of a day, those with something open and those that cleared too late,
-- whose late fee may be open: principal still open, and what of the late fee had been cleared.
-- Parameters: site_id; account_ids; on. A charge counts from its day of issue; one written later than it was due, from
-- its period. What was reversed, bounced or undone never was.
WITH standing AS (
    SELECT charge.*
    FROM billing_charge charge
    WHERE charge.site_id = %(site_id)s AND charge.account_id = ANY (%(account_ids)s::bigint[])
      AND NOT EXISTS (
          SELECT FROM billing_relief relief
          WHERE relief.charge_id = charge.id AND relief.kind = 'reversal' AND relief.state = 'approved'
      )
), known AS (
    SELECT * FROM standing
    WHERE late_fee_of_id IS NULL
      AND CASE WHEN due_on < issued_on THEN least(period_start, due_on) ELSE issued_on END <= %(on)s
), cleared AS (
    SELECT coalesce(standing.late_fee_of_id, standing.id) AS id, max(allocation."on") AS last_on,
           sum(allocation.amount) FILTER (WHERE standing.late_fee_of_id IS NULL) AS principal,
           sum(allocation.amount) FILTER (WHERE standing.late_fee_of_id IS NOT NULL) AS late_fee
    FROM standing JOIN billing_allocation allocation ON allocation.charge_id = standing.id
    WHERE allocation."on" <= %(on)s
    GROUP BY 1
)
SELECT known.account_id, known.id, item.code, item.name, coalesce(place.label, ''), known.period_start, known.period_end,
       known.due_on, known.amount, known.amount - coalesce(cleared.principal, 0.00), coalesce(cleared.late_fee, 0.00),
       known.late_fee_rate > 0 AND known.due_on < %(on)s,
       EXISTS (
           SELECT FROM billing_dispute dispute
           WHERE dispute.charge_id = known.id AND dispute.starts_on <= %(on)s
             AND (dispute.ends_on IS NULL OR dispute.ends_on > %(on)s)
       )
FROM known
JOIN billing_chargeitem item ON item.id = known.item_id
LEFT JOIN estate_place place ON place.id = known.place_id
LEFT JOIN cleared ON cleared.id = known.id
WHERE known.amount > coalesce(cleared.principal, 0.00) OR (known.late_fee_rate > 0 AND cleared.last_on > known.due_on)
ORDER BY known.due_on, item.code, known.id
