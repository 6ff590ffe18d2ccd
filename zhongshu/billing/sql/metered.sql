-- Lines of an item charged by meters: for each place and account, what was read in the period. A reading belongs to who
-- held the place the day before. Tiers count the place's usage from the start of their cycle; the price is the one in
-- force on the first day of the month read in.
held AS (
    SELECT held.place_id, held.account_id, account.kind = 'developer' AS is_unsold, held.starts_on, held.ends_on,
           greatest(held.starts_on, %(period_start)s) AS since, least(held.ends_on, %(period_end)s) AS until
    FROM estate_accountplace held
    JOIN estate_account account ON account.id = held.account_id
    WHERE held.account_id BETWEEN %(first_account)s AND %(last_account)s AND held.site_id = %(site_id)s
      AND held.starts_on < %(period_end)s AND (held.ends_on IS NULL OR held.ends_on >= %(period_start)s)
), counted AS (
    SELECT meter.place_id, meter.id AS meter_id, meter.number, meter.multiplier, meter.start_value, reading.id AS reading_id,
           reading.read_on, reading.value, reading.usage, reading.has_rolled_over, tariff.id AS tariff_id,
           tariff.unit_price, tariff.tiers, tariff.vat_rate, tariff.late_fee_rate,
           sum(reading.usage) OVER (
               PARTITION BY meter.place_id, date_trunc('month', reading.read_on)
                   - (extract(month FROM reading.read_on)::int - 1) %% length.months * interval '1 month'
               ORDER BY reading.read_on, reading.id) AS after
    FROM billing_meter meter
    JOIN billing_reading reading ON reading.meter_id = meter.id AND reading.reversed_at IS NULL
        AND reading.read_on >= date_trunc('year', %(period_start)s::timestamp) AND reading.read_on < %(period_end)s
    LEFT JOIN billing_tariff tariff ON tariff.item_id = meter.item_id AND tariff.state = 'approved'
        AND tariff.starts_on <= date_trunc('month', reading.read_on)
        AND (tariff.ends_on IS NULL OR tariff.ends_on > date_trunc('month', reading.read_on))
    LEFT JOIN (VALUES ('month', 1), ('quarter', 3), ('half_year', 6), ('year', 12)) AS length(cycle, months)
        ON length.cycle = tariff.tier_cycle
    WHERE meter.site_id = %(site_id)s AND meter.item_id = %(item_id)s
      AND meter.place_id IN (SELECT place_id FROM held)
), priced AS (
    SELECT held.account_id, held.is_unsold, held.since, held.until, counted.*, coalesce(term.surcharge, 0) AS surcharge,
           coalesce(term.coefficient, 1) AS coefficient, coalesce(nullif(term.payer, ''), %(payer)s) AS payer,
           tiered.parts, coalesce(term.unit_price, counted.unit_price) AS price,
           coalesce(tiered.cost, counted.usage * coalesce(term.unit_price, counted.unit_price))
               * coalesce(term.coefficient, 1) AS cost,
           coalesce((
               SELECT earlier.value FROM billing_reading earlier
               WHERE earlier.meter_id = counted.meter_id AND earlier.reversed_at IS NULL
                 AND earlier.read_on < counted.read_on
               ORDER BY earlier.read_on DESC LIMIT 1), counted.start_value) AS value_before
    FROM counted
    JOIN held ON held.place_id = counted.place_id AND held.starts_on < counted.read_on
        AND (held.ends_on IS NULL OR held.ends_on >= counted.read_on)
    LEFT JOIN billing_itemterm term ON term.item_id = %(item_id)s AND term.place_id = counted.place_id
        AND term.starts_on <= counted.read_on AND (term.ends_on IS NULL OR term.ends_on > counted.read_on)
    LEFT JOIN LATERAL (
        SELECT sum(used * price) AS cost,
               jsonb_agg(jsonb_build_object('usage', trim_scale(used)::text, 'price', trim_scale(price)::text)
                         ORDER BY nth) AS parts
        FROM (
            SELECT nth, (tier->>'price')::numeric AS price,
                   least(counted.after, (tier->>'up_to')::numeric) - greatest(
                       counted.after - counted.usage,
                       coalesce(lag((tier->>'up_to')::numeric) OVER (ORDER BY nth), 0)) AS used
            FROM jsonb_array_elements(counted.tiers) WITH ORDINALITY AS each(tier, nth)
        ) AS step
        WHERE used > 0
    ) AS tiered ON term.unit_price IS NULL AND counted.tiers <> '[]'
    WHERE counted.read_on >= %(period_start)s AND NOT coalesce(term.is_exempt, false)
), unread AS (  -- by who holds the place at the end
    SELECT DISTINCT ON (meter.id) meter.place_id, held.account_id, held.is_unsold, held.since, held.until
    FROM billing_meter meter
    JOIN held ON held.place_id = meter.place_id AND held.since < held.until
    LEFT JOIN billing_itemterm term ON term.item_id = %(item_id)s AND term.place_id = meter.place_id
        AND term.starts_on < %(period_end)s AND (term.ends_on IS NULL OR term.ends_on >= %(period_end)s)
    WHERE meter.site_id = %(site_id)s AND meter.item_id = %(item_id)s
      AND meter.starts_on < %(period_start)s AND (meter.ends_on IS NULL OR meter.ends_on >= %(period_end)s)
      AND NOT coalesce(term.is_exempt, false)
      AND NOT EXISTS (
          SELECT FROM billing_reading reading
          WHERE reading.meter_id = meter.id AND reading.reversed_at IS NULL
            AND reading.read_on >= %(period_start)s AND reading.read_on < %(period_end)s)
    ORDER BY meter.id, held.until DESC
), summed AS (
    SELECT CASE WHEN is_unsold OR payer = 'developer' THEN %(developer_account)s ELSE account_id END AS account_id, place_id,
           min(CASE WHEN is_unsold THEN 'developer' ELSE payer END) AS payer, min(since) AS since, max(until) AS until,
           sum(usage) AS usage, sum(cost) AS cost, max(surcharge) AS surcharge,
           sum(cost * vat_rate / (1 + vat_rate)) + max(surcharge * vat_rate / (1 + vat_rate)) AS vat,
           max(unit_price) AS unit_price,
           bool_or(tariff_id IS NULL) AS has_no_tariff, false AS is_unread,
           min(ARRAY[read_on - %(period_start)s, tariff_id, vat_rate, late_fee_rate]) AS terms,
           jsonb_agg(jsonb_strip_nulls(jsonb_build_object(
               'meter', number, 'on', read_on, 'from', trim_scale(value_before)::text, 'to', trim_scale(value)::text,
               'usage', trim_scale(usage)::text, 'multiplier', trim_scale(nullif(multiplier, 1))::text,
               'rolled_over', nullif(has_rolled_over, false), 'price', trim_scale(price)::text, 'tiers', parts,
               'coefficient', trim_scale(nullif(coefficient, 1))::text)) ORDER BY read_on, reading_id) AS readings
    FROM priced
    GROUP BY 1, place_id
    UNION ALL
    SELECT CASE WHEN is_unsold THEN %(developer_account)s ELSE account_id END, place_id, %(payer)s, min(since), max(until),
           0, 0, 0, 0, 0, false, true, NULL, NULL
    FROM unread
    GROUP BY 1, place_id
), line AS (
    SELECT account_id, place_id, 0::bigint AS source_id, min(payer) AS payer, min(since) AS since, max(until) AS until,
           round(sum(cost + surcharge), 2) AS amount, round(sum(vat), 2) AS vat_amount,
           sum(usage) AS quantity, coalesce(round(sum(cost) / nullif(sum(usage), 0), 6), max(unit_price)) AS unit_price,
           max(terms[2])::bigint AS tariff_id, max(terms[3]) AS vat_rate, max(terms[4]) AS late_fee_rate,
           CASE WHEN bool_or(is_unread) THEN 'no_reading'
                WHEN bool_or(has_no_tariff) THEN 'no_tariff'
                WHEN account_id IS NULL THEN 'no_payer' END AS reason,
           jsonb_strip_nulls(jsonb_build_object('from', min(since), 'until', max(until),
               'readings', jsonb_path_query_array(jsonb_agg(readings), '$[*][*]'),
               'surcharge', trim_scale(nullif(max(surcharge), 0))::text)) AS told
    FROM summed
    GROUP BY account_id, place_id
)
