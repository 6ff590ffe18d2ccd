-- The limitation clock of every open charge past due: on which day it began to run, by what, and its last day.
-- It begins the day after the due day (民法典 188), and anew with a demand that arrived, a part payment, a payment plan
-- (195). A clock that had run out before is not begun anew. Parameters: site_id, account_ids (null: all), on.
WITH open AS (
    SELECT id, account_id, due_on, open_amount
    FROM billing_charge
    WHERE site_id = %(site_id)s AND open_amount > 0 AND late_fee_of_id IS NULL AND due_on < %(on)s
      AND (%(account_ids)s::bigint[] IS NULL OR account_id = ANY(%(account_ids)s::bigint[]))
), event(charge_id, day, cause) AS (
    SELECT id, due_on, 'due' FROM open
    UNION
    SELECT open.id, (delivery.at AT TIME ZONE 'Asia/Shanghai')::date, 'demand'
    FROM open
    JOIN collecting_noticecharge named ON named.charge_id = open.id
    JOIN collecting_delivery delivery ON delivery.notice_id = named.notice_id
    WHERE delivery.evidence IN ('signed', 'receipt', 'delivered')
    UNION
    SELECT open.id, allocation."on", 'payment'
    FROM open JOIN billing_allocation allocation ON allocation.charge_id = open.id
    WHERE allocation.payment_id IS NOT NULL AND allocation.undoes_id IS NULL
      AND NOT EXISTS (SELECT FROM billing_allocation undoing WHERE undoing.undoes_id = allocation.id)
    UNION
    SELECT open.id, plan.agreed_on, 'plan'
    FROM open
    JOIN collecting_plancharge planned ON planned.charge_id = open.id
    JOIN collecting_paymentplan plan ON plan.id = planned.plan_id
), ordered AS (
    SELECT event.charge_id, event.day, event.cause,
           lead(event.day) OVER (PARTITION BY event.charge_id ORDER BY event.day, event.cause <> 'due') AS next
    FROM event JOIN open ON open.id = event.charge_id
    WHERE event.day BETWEEN open.due_on AND %(on)s
), clock AS (
    SELECT DISTINCT ON (charge_id) charge_id, day AS since, cause, (day + interval '3 years')::date AS barred_on
    FROM ordered
    WHERE next IS NULL OR next > (day + interval '3 years')::date
    ORDER BY charge_id, day, cause <> 'due' DESC
)
SELECT open.id AS charge_id, open.account_id, open.due_on, open.open_amount, clock.since, clock.cause, clock.barred_on
FROM open JOIN clock ON clock.charge_id = open.id
