-- Payment plans agreed by the end of a day and what became of them by then. Parameters: account_ids (null: all of the
-- site), site_id (null: any), on. Money (and relief) counts for a plan when it cleared a named charge or its late fee
-- after the plan was made; what was undone never did. An instalment is in time on its day.
SELECT plan.id AS plan_id, plan.account_id, plan.agreed_on, plan.total, paid.amount AS paid,
       due.amount AS due, due.next_on, due.next_amount,
       CASE WHEN plan.ended_on <= %(on)s THEN 'ended'
            WHEN paid.amount >= plan.total THEN 'fulfilled'
            WHEN paid.amount < due.amount THEN 'broken'
            ELSE 'kept' END AS state
FROM collecting_paymentplan plan
CROSS JOIN LATERAL (
    SELECT coalesce(sum(allocation.amount), 0.00) AS amount
    FROM collecting_plancharge named
    JOIN billing_charge charge ON charge.id = named.charge_id OR charge.late_fee_of_id = named.charge_id
    JOIN billing_allocation allocation ON allocation.charge_id = charge.id
    WHERE named.plan_id = plan.id AND allocation."on" <= %(on)s
      AND (allocation."on" > plan.agreed_on OR allocation.recorded_at > plan.recorded_at)
      AND (charge.late_fee_of_id IS NULL OR NOT EXISTS (
          SELECT FROM billing_relief relief
          WHERE relief.charge_id = charge.id AND relief.kind = 'reversal' AND relief.state = 'approved'
      ))
) paid
CROSS JOIN LATERAL (
    SELECT coalesce(sum(part.amount) FILTER (WHERE part.due_on < %(on)s), 0.00) AS amount,
           min(part.due_on) FILTER (WHERE part.upto > paid.amount) AS next_on,
           (array_agg(least(part.amount, part.upto - paid.amount) ORDER BY part.due_on) FILTER (WHERE part.upto > paid.amount))[1]
               AS next_amount
    FROM (
        SELECT due_on, amount, sum(amount) OVER (ORDER BY due_on) AS upto
        FROM collecting_instalment WHERE plan_id = plan.id
    ) part
) due
WHERE plan.agreed_on <= %(on)s
  AND (%(account_ids)s::bigint[] IS NULL OR plan.account_id = ANY (%(account_ids)s::bigint[]))
  AND (%(site_id)s::bigint IS NULL OR plan.site_id = %(site_id)s)
