-- Lines of an item charged by place: by area, a fixed amount, or a formula; `raw` gives a full month's from the inputs
-- of formula/names.py. A month is charged at the price in force on its first day, and by what holds for the place on its
-- first day charged.
month AS (
    SELECT first, (first + interval '1 month')::date AS until, (first + interval '1 month')::date - first AS days,
           tariff.id AS tariff_id, tariff.unit_price, tariff.vat_rate, tariff.late_fee_rate, tariff.vacant_factor
    FROM unnest(%(months)s::date[]) AS first
    LEFT JOIN billing_tariff tariff ON tariff.item_id = %(item_id)s AND tariff.state = 'approved'
        AND tariff.starts_on <= first AND (tariff.ends_on IS NULL OR tariff.ends_on > first)
    OFFSET 0  -- here and below: reckoned once, not wherever it is used
), stretch AS (
    SELECT held.account_id, held.account_id = ANY(%(developers)s::bigint[]) AS is_unsold, place.id AS place_id, place.path,
           place.gross_area, place.net_area, place.floor_no, held.id AS held_id,
           greatest(held.starts_on, %(period_start)s,
                    CASE WHEN held.account_id <> ALL(%(developers)s::bigint[]) THEN place.handed_over_on END) AS since,
           least(held.ends_on, %(period_end)s) AS until
    FROM estate_accountplace held
    JOIN estate_place place ON place.id = held.place_id
    WHERE held.account_id BETWEEN %(first_account)s AND %(last_account)s AND held.site_id = %(site_id)s
      AND held.starts_on < %(period_end)s AND (held.ends_on IS NULL OR held.ends_on > %(period_start)s)
      AND place.is_active AND place.kind = ANY(%(kinds)s)
      AND (place.kind <> 'unit' OR %(usages)s::text[] = '{}' OR place.usage = ANY(%(usages)s))
      AND held.id <= %(last_holding)s
    OFFSET 0
), input AS (
    SELECT stretch.account_id, stretch.is_unsold, stretch.place_id, stretch.held_id, month.first,
           month.days AS month_days, month.tariff_id, month.vat_rate, month.late_fee_rate,
           month.first < stretch.since AS is_late,
           greatest(stretch.since, month.first) AS since, least(stretch.until, month.until) AS until,
           coalesce(term.quantity, stretch.gross_area) AS unit_area,
           coalesce(term.quantity, stretch.net_area) AS net_area,
           term.quantity AS usage, stretch.floor_no::numeric AS floor,
           coalesce(term.unit_price, month.unit_price) AS price, coalesce(term.coefficient, 1) AS coefficient,
           coalesce(term.surcharge, 0) AS surcharge, {{vacancy}} AS vacancy,
           CASE WHEN stretch.is_unsold THEN 'developer' ELSE coalesce(nullif(term.payer, ''), %(payer)s) END AS payer
           {{area_columns}}
    FROM stretch
    JOIN month ON stretch.since < month.until AND stretch.until > month.first AND stretch.since < stretch.until
    LEFT JOIN billing_itemterm term ON term.item_id = %(item_id)s AND term.place_id = stretch.place_id
        AND term.starts_on <= greatest(stretch.since, month.first)
        AND (term.ends_on IS NULL OR term.ends_on > greatest(stretch.since, month.first))
    {{vacant}}
    {{areas}}
    WHERE NOT coalesce(term.is_exempt, NOT %(is_everywhere)s)
    OFFSET 0
), reckoned AS (
    SELECT input.*, until - since AS days, round({{raw}}, 2) AS month_amount, {{quantity}} AS quantity,
           CASE WHEN payer = 'developer' THEN %(developer_account)s ELSE account_id END AS payer_account,
           CASE WHEN is_late THEN (  -- what others held of this month before counts first: the shares add up
               SELECT coalesce(sum(least(other.ends_on, input.since) - greatest(
                   other.starts_on, input.first, CASE WHEN holder.kind <> 'developer' THEN place.handed_over_on END)), 0)
               FROM estate_accountplace other
               JOIN estate_account holder ON holder.id = other.account_id
               JOIN estate_place place ON place.id = other.place_id
               WHERE other.place_id = input.place_id AND other.id <> input.held_id
                 AND other.starts_on < input.since AND other.ends_on > input.first
                 AND (holder.kind = 'developer' OR place.handed_over_on IS NULL
                      OR place.handed_over_on < other.ends_on)
           ) ELSE 0 END AS days_before
    FROM input
    OFFSET 0
), part AS MATERIALIZED (
    SELECT payer_account, place_id, payer, first, since, until, days, month_days, month_amount, price, coefficient,
           surcharge, vacancy, quantity, {{unit_price}} AS unit_price, tariff_id, vat_rate, late_fee_rate,
           CASE WHEN days = month_days THEN month_amount
                WHEN NOT %(is_prorated)s THEN CASE WHEN days_before = 0 THEN month_amount ELSE 0 END
                ELSE round(month_amount * (days_before + days) / month_days, 2)
                   - round(month_amount * days_before / month_days, 2) END AS amount,
           CASE WHEN tariff_id IS NULL THEN 'no_tariff' WHEN quantity IS NULL THEN 'no_area'
                WHEN payer_account IS NULL THEN 'no_payer' ELSE {{fault}} END AS reason,
           days = month_days AND coefficient = 1 AND surcharge = 0 AND vacancy = 1 AND %(is_monthly)s AS is_plain,
           {{said}} AS said
    FROM reckoned
), line AS (  -- who holds a place a whole month holds it alone, so that a plain part is a line as it stands
    SELECT payer_account AS account_id, place_id, 0::bigint AS source_id, payer, since, until, amount,
           round(amount * vat_rate / (1 + vat_rate), 2) AS vat_amount, quantity, unit_price, tariff_id, vat_rate,
           late_fee_rate, coalesce(reason, CASE WHEN amount = 0 THEN 'zero' END) AS reason, {{plain}} AS told
    FROM part
    WHERE is_plain
    UNION ALL
    SELECT payer_account, place_id, 0, payer, since, until, amount, vat_amount, facts[2], facts[3], facts[4]::bigint,
           facts[5], facts[6], reason, told
    FROM (
        SELECT payer_account, place_id, min(payer) AS payer, min(since) AS since, max(until) AS until,
               sum(amount) AS amount, round(sum(amount * vat_rate / (1 + vat_rate)), 2) AS vat_amount,
               min(ARRAY[since - %(period_start)s, quantity, unit_price, tariff_id, vat_rate, late_fee_rate]) AS facts,
               coalesce(min(reason), CASE WHEN bool_and(month_amount = 0) THEN 'zero' END) AS reason,
               jsonb_strip_nulls(jsonb_build_object(
                   'from', min(since), 'until', max(until),
                   'months', jsonb_agg(jsonb_build_object(
                       'month', to_char(first, 'YYYY-MM'), 'price', trim_scale(price)::text, 'amount', amount::text,
                       'days', CASE WHEN days < month_days THEN days END,
                       'of', CASE WHEN days < month_days THEN month_days END,
                       'full', CASE WHEN days < month_days THEN month_amount::text END,
                       'coefficient', trim_scale(nullif(coefficient, 1))::text,
                       'surcharge', trim_scale(nullif(surcharge, 0))::text,
                       'vacancy', trim_scale(nullif(vacancy, 1))::text){{told}} ORDER BY since))) AS told
        FROM part
        WHERE NOT is_plain
        GROUP BY payer_account, place_id
    ) AS broken
)
