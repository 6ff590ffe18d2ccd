-- The days on which a payment plan of a site may come to be kept or not: agreed, ended, an instalment not paid in time,
-- money. In order. Parameters: site_id, upto.
SELECT plan.account_id, turn.day
FROM collecting_paymentplan plan
CROSS JOIN LATERAL (
    SELECT plan.agreed_on AS day
    UNION SELECT plan.ended_on
    UNION SELECT part.due_on + 1 FROM collecting_instalment part WHERE part.plan_id = plan.id
    UNION
    SELECT allocation."on"
    FROM collecting_plancharge named
    JOIN billing_charge charge ON charge.id = named.charge_id OR charge.late_fee_of_id = named.charge_id
    JOIN billing_allocation allocation ON allocation.charge_id = charge.id
    WHERE named.plan_id = plan.id AND allocation."on" > plan.agreed_on
) turn
WHERE plan.site_id = %(site_id)s AND turn.day <= %(upto)s
GROUP BY plan.account_id, turn.day
ORDER BY plan.account_id, turn.day
