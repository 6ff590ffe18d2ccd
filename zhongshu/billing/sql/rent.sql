-- Lines of an item charged by contracts: the instalments that begin in the period, as policies/rent.py tells.
term AS (
    SELECT contract.*, least(coalesce(contract.ended_on, contract.ends_on), contract.ends_on) AS last_on, length.months
    FROM billing_contract contract
    JOIN (VALUES ('month', 1), ('quarter', 3), ('half_year', 6), ('year', 12)) AS length(cycle, months)
        ON length.cycle = contract.cycle
    WHERE contract.site_id = %(site_id)s AND contract.item_id = %(item_id)s
      AND contract.account_id BETWEEN %(first_account)s AND %(last_account)s
      AND contract.starts_on < %(period_end)s AND contract.ends_on > %(period_start)s
), month AS (
    SELECT term.id AS contract_id, nth / months AS instalment,
           (starts_on + nth * interval '1 month')::date AS first,
           (starts_on + (nth + 1) * interval '1 month')::date AS until, last_on
    FROM term
    CROSS JOIN LATERAL generate_series(
        0, (extract(year FROM age(last_on, starts_on)) * 12 + extract(month FROM age(last_on, starts_on)))::int) AS nth
    WHERE starts_on + nth * interval '1 month' < last_on
), part AS (
    SELECT month.*, least(until, last_on) AS paid_until, step.monthly_amount,
           coalesce(step.monthly_amount, 0) * (least(until, last_on) - first) / (until - first) AS raw
    FROM month
    LEFT JOIN LATERAL (
        SELECT monthly_amount FROM billing_contractstep step
        WHERE step.contract_id = month.contract_id AND step.starts_on <= month.first
        ORDER BY step.starts_on DESC LIMIT 1
    ) AS step ON true
), instalment AS (
    SELECT contract_id, min(first) AS since, max(paid_until) AS until, round(sum(raw), 2) AS amount,
           min(monthly_amount) AS monthly_amount, count(*) AS months,
           jsonb_agg(jsonb_build_object('from', first, 'until', paid_until, 'monthly', monthly_amount::text) ORDER BY first)
               AS months_told
    FROM part
    GROUP BY contract_id, instalment
    HAVING min(first) >= %(period_start)s AND min(first) < %(period_end)s
), line AS (
    SELECT term.account_id, term.place_id, term.id AS source_id, %(payer)s AS payer, min(since) AS since, max(until) AS until,
           sum(instalment.amount) AS amount,
           round(sum(instalment.amount) * min(tariff.vat_rate) / (1 + min(tariff.vat_rate)), 2) AS vat_amount,
           sum(instalment.months) AS quantity, min(instalment.monthly_amount) AS unit_price, min(tariff.id) AS tariff_id,
           min(tariff.vat_rate) AS vat_rate, min(tariff.late_fee_rate) AS late_fee_rate,
           CASE WHEN min(tariff.id) IS NULL THEN 'no_tariff' END AS reason,
           jsonb_build_object('from', min(since), 'until', max(until), 'contract', min(term.number),
               'title', min(term.title), 'rent', jsonb_path_query_array(jsonb_agg(months_told ORDER BY since), '$[*][*]'))
               AS told
    FROM instalment
    JOIN term ON term.id = instalment.contract_id
    LEFT JOIN billing_tariff tariff ON tariff.item_id = %(item_id)s AND tariff.state = 'approved'
        AND tariff.starts_on <= %(period_start)s AND (tariff.ends_on IS NULL OR tariff.ends_on > %(period_start)s)
    GROUP BY term.account_id, term.place_id, term.id
)
