"""Months in arrears, asked of what was late alone: nearly every charge is cleared in time and says nothing about them.

`billing_service_months` takes `late_only`: charges that money had cleared whole by the day they were due are left out,
unless what was known earlier (`known_at`) is asked for. `billing_arrears` looks at the late ones alone, except where
money of the days before does not count either. What both answer is as in 0004.

Allocations of a site are found by day, with all that sums of them need; open charges by the day they are due.
"""

from importlib import import_module

from django.db import migrations, models

FUNCTIONS = """
DROP FUNCTION billing_arrears(bigint, bigint[], date, date, numeric, timestamptz);
DROP FUNCTION billing_service_months(bigint, bigint[], numeric, timestamptz);

CREATE FUNCTION billing_service_months(
    of_site bigint, of_accounts bigint[], ignore_below numeric, known_at timestamptz, late_only boolean DEFAULT false
) RETURNS TABLE (
    account_id bigint, item_id bigint, charge_id bigint, month date, due_on date, share numeric, from_on date,
    cleared_on date
) LANGUAGE sql STABLE AS $$
    WITH standing AS MATERIALIZED (
        SELECT charge.id, charge.account_id, charge.item_id, charge.due_on, charge.amount, charge.period_start,
               charge.period_end, date_trunc('month', charge.period_start::timestamp)::date AS first,
               CASE WHEN charge.detail <> '{}' THEN charge.detail -> 'months' END AS told
        FROM (
            SELECT * FROM billing_charge
            WHERE billing_charge.site_id = of_site AND (NOT late_only OR known_at IS NOT NULL)
            UNION ALL
            SELECT * FROM billing_charge
            WHERE billing_charge.site_id = of_site AND open_amount > 0 AND late_only AND known_at IS NULL
            UNION ALL
            SELECT * FROM billing_charge paid
            WHERE paid.site_id = of_site AND open_amount = 0 AND late_only AND known_at IS NULL AND EXISTS (
                SELECT FROM billing_allocation allocation
                WHERE allocation.charge_id = paid.id AND allocation.site_id = of_site AND allocation."on" > paid.due_on
            )
        ) charge
        JOIN billing_chargeitem item ON item.id = charge.item_id AND item.is_recurring
        WHERE (of_accounts IS NULL OR charge.account_id = ANY (of_accounts))
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
        SELECT standing.id, first.day::date,
               (least(standing.period_end, (first.day + interval '1 month')::date)
                   - greatest(standing.period_start, first.day::date))::numeric
                   / ((first.day + interval '1 month')::date - first.day::date)
        FROM standing CROSS JOIN generate_series(
            standing.first::timestamp, standing.period_end - interval '1 day', interval '1 month'
        ) first(day)
        WHERE standing.told IS NULL AND standing.period_end > standing.first + interval '1 month'
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
        UNION ALL
        SELECT id, standing.account_id, standing.item_id, standing.due_on, first, amount, amount
        FROM standing WHERE told IS NULL AND period_end <= first + interval '1 month'
    ), paid AS (
        SELECT allocation.charge_id, allocation."on",
               sum(sum(allocation.amount)) OVER (PARTITION BY allocation.charge_id ORDER BY allocation."on") AS amount
        FROM standing JOIN billing_allocation allocation ON allocation.charge_id = standing.id
        WHERE known_at IS NULL OR allocation.recorded_at <= known_at
        GROUP BY allocation.charge_id, allocation."on"
    ), cleared AS (
        SELECT shared.id, shared.month, min(paid."on") AS last_on
        FROM shared JOIN paid ON paid.charge_id = shared.id AND paid.amount > shared.upto - ignore_below
        GROUP BY shared.id, shared.month
    )
    SELECT shared.account_id, shared.item_id, shared.id, shared.month, shared.due_on, shared.share,
           greatest((shared.month + interval '1 month')::date, shared.due_on + 1), cleared.last_on
    FROM shared LEFT JOIN cleared ON cleared.id = shared.id AND cleared.month = shared.month
    WHERE shared.share >= ignore_below
$$;

CREATE OR REPLACE FUNCTION billing_capped_months(counted bigint, oldest_due_on date, on_day date) RETURNS integer
LANGUAGE sql IMMUTABLE AS $$
    -- one expression, so that the planner sets it in
    SELECT least(counted, 1
        + ((extract(year FROM on_day) - extract(year FROM oldest_due_on)) * 12
            + extract(month FROM on_day) - extract(month FROM oldest_due_on))::integer
        - CASE WHEN (oldest_due_on + make_interval(months =>
            ((extract(year FROM on_day) - extract(year FROM oldest_due_on)) * 12
                + extract(month FROM on_day) - extract(month FROM oldest_due_on))::integer
        ))::date > on_day THEN 1 ELSE 0 END)::integer
$$;

CREATE FUNCTION billing_arrears(
    of_site bigint, of_accounts bigint[], on_day date, paid_before date, ignore_below numeric, known_at timestamptz
) RETURNS TABLE (account_id bigint, months integer, oldest_due_on date, oldest_month date)
LANGUAGE sql STABLE AS $$
    SELECT account_id, billing_capped_months(count(DISTINCT month) FILTER (WHERE from_on <= on_day), min(due_on), on_day),
           min(due_on), min(month) FILTER (WHERE from_on <= on_day)
    FROM billing_service_months(of_site, of_accounts, ignore_below, known_at, paid_before >= on_day)
    WHERE due_on < on_day AND (cleared_on IS NULL OR cleared_on >= paid_before)
    GROUP BY account_id
    HAVING count(*) FILTER (WHERE from_on <= on_day) > 0
$$;
"""

BEFORE = import_module("zhongshu.billing.migrations.0004_months_in_arrears").FUNCTIONS
GONE = """
DROP FUNCTION billing_arrears(bigint, bigint[], date, date, numeric, timestamptz);
DROP FUNCTION billing_capped_months(bigint, date, date);
DROP FUNCTION billing_service_months(bigint, bigint[], numeric, timestamptz, boolean);
"""


class Migration(migrations.Migration):
    dependencies = [("billing", "0004_months_in_arrears")]

    operations = [
        migrations.RunSQL(FUNCTIONS, GONE + BEFORE),
        migrations.AddIndex(
            "charge",
            models.Index(
                fields=["site", "due_on"],
                include=["account"],
                condition=models.Q(open_amount__gt=0),
                name="charge_open_by_day",
            ),
        ),
        migrations.AddIndex(
            "allocation", models.Index(fields=["site", "on"], include=["charge", "amount"], name="allocation_by_day")
        ),
    ]
