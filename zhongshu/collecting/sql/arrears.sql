-- Who of a site owes something past due at the end of today, one row for each account: months in arrears by the one
-- definition, principal past due, keeper, reason, plan, dispute, last contact. Parameters: site_id, on, ignore_below;
-- to narrow (null: not): months_from, months_until, path (of a building), keeper_id, reason, plan, disputed, account_ids.
WITH late AS MATERIALIZED (
    SELECT * FROM billing_arrears(%(site_id)s, %(account_ids)s::bigint[], %(on)s, %(on)s::date + 1, %(ignore_below)s, NULL)
), owed AS (
    SELECT charge.account_id, sum(charge.open_amount) AS principal, min(charge.due_on) AS due_on,
           bool_or(EXISTS (
               SELECT FROM billing_dispute dispute
               WHERE dispute.charge_id = charge.id AND dispute.starts_on <= %(on)s
                 AND (dispute.ends_on IS NULL OR dispute.ends_on > %(on)s)
           )) AS is_disputed
    FROM billing_charge charge
    WHERE charge.site_id = %(site_id)s AND charge.open_amount > 0 AND charge.due_on < %(on)s AND charge.late_fee_of_id IS NULL
      AND (%(account_ids)s::bigint[] IS NULL OR charge.account_id = ANY (%(account_ids)s::bigint[]))
    GROUP BY charge.account_id
), planned AS (
    SELECT * FROM ({{plans}}) stands WHERE state IN ('kept', 'broken')
), listed AS (
    SELECT owed.account_id, account.number, customer.id AS customer_id, customer.name AS customer,
           coalesce(unit.label, '') AS unit, coalesce(unit.path, '') AS path, coalesce(late.months, 0) AS months,
           owed.due_on, owed.principal, owed.is_disputed, keeper.keeper_id, coalesce(keeper.name, '') AS keeper,
           coalesce(reason.kind, '') AS reason, coalesce(reason.note, '') AS reason_note,
           planned.plan_id, coalesce(planned.state, '') AS plan, contact.at AS contacted_at,
           coalesce(contact.outcome, '') AS outcome, contact.promised_on, account.ends_on <= %(on)s AS is_gone
    FROM owed
    JOIN estate_account account ON account.id = owed.account_id
    JOIN estate_customer customer ON customer.id = account.customer_id
    LEFT JOIN estate_place unit ON unit.id = account.unit_id
    LEFT JOIN late ON late.account_id = owed.account_id
    LEFT JOIN planned ON planned.account_id = owed.account_id
    LEFT JOIN collecting_arrearsreason reason ON reason.account_id = owed.account_id AND reason.starts_on <= %(on)s
        AND (reason.ends_on IS NULL OR reason.ends_on > %(on)s)
    LEFT JOIN LATERAL (
        SELECT held.keeper_id, person.name FROM estate_keeperterritory held
        JOIN estate_place ground ON ground.id = held.place_id
        JOIN identity_user person ON person.id = held.keeper_id
        WHERE held.site_id = %(site_id)s AND starts_with(unit.path || '/', ground.path || '/')
          AND held.starts_on <= %(on)s AND (held.ends_on IS NULL OR held.ends_on > %(on)s)
        ORDER BY length(ground.path) DESC LIMIT 1
    ) keeper ON true
    LEFT JOIN LATERAL (
        SELECT said.at, said.outcome, said.promised_on FROM collecting_contact said
        WHERE said.site_id = %(site_id)s AND said.account_id = owed.account_id
        ORDER BY said.day DESC, said.at DESC LIMIT 1
    ) contact ON true
    WHERE (%(months_from)s::int IS NULL OR coalesce(late.months, 0) >= %(months_from)s)
      AND (%(months_until)s::int IS NULL OR coalesce(late.months, 0) <= %(months_until)s)
      AND (%(path)s::text IS NULL OR starts_with(unit.path || '/', %(path)s || '/'))
      AND (%(keeper_id)s::bigint IS NULL OR keeper.keeper_id = %(keeper_id)s)
      AND (%(reason)s::text IS NULL OR coalesce(reason.kind, '') = %(reason)s)
      AND (%(plan)s::text IS NULL OR coalesce(planned.state, '') = %(plan)s)
      AND (%(disputed)s::boolean IS NULL OR owed.is_disputed = %(disputed)s)
)
