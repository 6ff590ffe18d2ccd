"""Months in arrears: the one definition, for a statement, a list, a letter, a figure and the score alike.

`billing_service_months`: every calendar month of service that a recurring charge asks for, with the day from which it
counts as arrears (the month has ended and the charge is past due) and the day of receipt that cleared it. Money clears
the oldest month of a charge first; a remainder below `ignore_below` is nothing. What was undone never was; a charge
reversed as wrong never was either. `known_at`: only what had been written by then.

`billing_arrears`: by account, how many such months there are on a day, when money received before `paid_before` counts:
never more than 1 and the whole months since the oldest open charge was due, so that a year billed at once climbs month
by month. Accounts with none are left out.
"""

from django.db import migrations

FUNCTIONS = """
CREATE FUNCTION billing_service_months(
    of_site bigint, of_accounts bigint[], ignore_below numeric, known_at timestamptz
) RETURNS TABLE (
    account_id bigint, item_id bigint, charge_id bigint, month date, due_on date, share numeric, from_on date,
    cleared_on date
) LANGUAGE sql STABLE AS $$
    WITH standing AS (
        SELECT charge.id, charge.account_id, charge.item_id, charge.due_on, charge.amount, charge.period_start,
               charge.period_end, charge.detail -> 'months' AS told
        FROM billing_charge charge
        JOIN billing_chargeitem item ON item.id = charge.item_id AND item.is_recurring
        WHERE charge.site_id = of_site AND (of_accounts IS NULL OR charge.account_id = ANY (of_accounts))
          AND charge.late_fee_of_id IS NULL AND (known_at IS NULL OR charge.recorded_at <= known_at)
          AND NOT EXISTS (
              SELECT FROM billing_relief relief
              WHERE relief.charge_id = charge.id AND relief.kind = 'reversal' AND relief.state = 'approved'
                AND (known_at IS NULL OR relief.decided_at <= known_at)
          )
    ), weighed AS (
        SELECT standing.id, (each.value ->> 'month' || '-01')::date AS month, (each.value ->> 'amount')::numeric AS weight
        FROM standing CROSS JOIN jsonb_array_elements(standing.told) each(value)
        WHERE standing.told IS NOT NULL
        UNION ALL
        SELECT standing.id, first::date,
               (least(standing.period_end, (first + interval '1 month')::date)
                   - greatest(standing.period_start, first::date))::numeric
                   / ((first + interval '1 month')::date - first::date)
        FROM standing CROSS JOIN generate_series(
            date_trunc('month', standing.period_start::timestamp), standing.period_end - interval '1 day', interval '1 month'
        ) first
        WHERE standing.told IS NULL
    ), summed AS (
        SELECT id, month, sum(weight) OVER (PARTITION BY id ORDER BY month) AS upto, weight,
               sum(weight) OVER (PARTITION BY id) AS whole
        FROM weighed
    ), shared AS (
        SELECT standing.id, standing.account_id, standing.item_id, standing.due_on, summed.month,
               round(standing.amount * summed.upto / summed.whole, 2) AS upto,
               round(standing.amount * summed.upto / summed.whole, 2)
                   - round(standing.amount * (summed.upto - summed.weight) / summed.whole, 2) AS share
        FROM standing JOIN summed USING (id)
        WHERE summed.whole > 0
    ), paid AS (
        SELECT allocation.charge_id, allocation."on",
               sum(sum(allocation.amount)) OVER (PARTITION BY allocation.charge_id ORDER BY allocation."on") AS amount
        FROM standing JOIN billing_allocation allocation ON allocation.charge_id = standing.id
        WHERE known_at IS NULL OR allocation.recorded_at <= known_at
        GROUP BY allocation.charge_id, allocation."on"
    )
    SELECT shared.account_id, shared.item_id, shared.id, shared.month, shared.due_on, shared.share,
           greatest((shared.month + interval '1 month')::date, shared.due_on + 1), min(paid."on")
    FROM shared LEFT JOIN paid ON paid.charge_id = shared.id AND paid.amount > shared.upto - ignore_below
    WHERE shared.share >= ignore_below
    GROUP BY shared.account_id, shared.item_id, shared.id, shared.month, shared.due_on, shared.share
$$;

CREATE FUNCTION billing_capped_months(counted bigint, oldest_due_on date, on_day date) RETURNS integer
LANGUAGE sql IMMUTABLE AS $$
    SELECT least(counted, 1 + whole.months
        - CASE WHEN (oldest_due_on + make_interval(months => whole.months))::date > on_day THEN 1 ELSE 0 END)::integer
    FROM (
        SELECT ((extract(year FROM on_day) - extract(year FROM oldest_due_on)) * 12
            + extract(month FROM on_day) - extract(month FROM oldest_due_on))::integer
    ) whole(months)
$$;

CREATE FUNCTION billing_arrears(
    of_site bigint, of_accounts bigint[], on_day date, paid_before date, ignore_below numeric, known_at timestamptz
) RETURNS TABLE (account_id bigint, months integer, oldest_due_on date, oldest_month date)
LANGUAGE sql STABLE AS $$
    SELECT account_id, billing_capped_months(count(DISTINCT month) FILTER (WHERE from_on <= on_day), min(due_on), on_day),
           min(due_on), min(month) FILTER (WHERE from_on <= on_day)
    FROM billing_service_months(of_site, of_accounts, ignore_below, known_at)
    WHERE due_on < on_day AND (cleared_on IS NULL OR cleared_on >= paid_before)
    GROUP BY account_id
    HAVING count(*) FILTER (WHERE from_on <= on_day) > 0
$$;
"""

GONE = """
DROP FUNCTION billing_arrears(bigint, bigint[], date, date, numeric, timestamptz);
DROP FUNCTION billing_capped_months(bigint, date, date);
DROP FUNCTION billing_service_months(bigint, bigint[], numeric, timestamptz);
"""


class Migration(migrations.Migration):
    dependencies = [("billing", "0003_shared_shares")]

    operations = [migrations.RunSQL(FUNCTIONS, GONE)]
