-- Lines of an item whose costs are shared: each unit's share of each cost of the period, over who held the unit by their
-- days. All that was held of the unit shares the whole, so that the charges add up to the cost.
share AS (
    SELECT cost.id AS cost_id, cost.basis, cost.amount AS whole_amount, cost.note, cost.quantity, cost.unit_price,
           source.label, share.place_id, share.weight, share.amount AS share, whole.weight AS whole_weight, whole.units
    FROM billing_sharedcost cost
    JOIN billing_sharedshare share ON share.cost_id = cost.id AND share.amount > 0
    JOIN estate_place source ON source.id = cost.place_id
    CROSS JOIN LATERAL (
        SELECT sum(each.weight) AS weight, count(*) AS units FROM billing_sharedshare each WHERE each.cost_id = cost.id
    ) AS whole
    WHERE cost.site_id = %(site_id)s AND cost.item_id = %(item_id)s AND cost.period_start = %(period_start)s
      AND cost.state <> 'cancelled'
      AND share.place_id IN (
          SELECT place_id FROM estate_accountplace WHERE account_id BETWEEN %(first_account)s AND %(last_account)s)
), stretch AS (
    SELECT held.place_id, held.account_id, account.kind = 'developer' AS is_unsold,
           greatest(held.starts_on, %(period_start)s) AS since,
           least(held.ends_on, %(period_end)s) AS until
    FROM estate_accountplace held
    JOIN estate_account account ON account.id = held.account_id
    WHERE held.place_id IN (SELECT place_id FROM share) AND held.site_id = %(site_id)s
      AND held.starts_on < %(period_end)s AND (held.ends_on IS NULL OR held.ends_on > %(period_start)s)
), held AS (
    SELECT stretch.*, until - since AS days, sum(until - since) OVER (PARTITION BY place_id) AS all_days,
           sum(until - since) OVER (PARTITION BY place_id ORDER BY since) AS days_to
    FROM stretch
), part AS (
    SELECT share.*, held.since, held.until, held.days, held.all_days, tariff.id AS tariff_id, tariff.vat_rate,
           tariff.late_fee_rate,
           CASE WHEN is_unsold THEN 'developer' ELSE coalesce(nullif(term.payer, ''), %(payer)s) END AS payer,
           CASE WHEN is_unsold OR coalesce(nullif(term.payer, ''), %(payer)s) = 'developer'
                THEN %(developer_account)s ELSE held.account_id END AS payer_account,
           round(share * days_to / all_days, 2) - round(share * (days_to - days) / all_days, 2) AS amount
    FROM share
    JOIN held ON held.place_id = share.place_id
    LEFT JOIN billing_itemterm term ON term.item_id = %(item_id)s AND term.place_id = share.place_id
        AND term.starts_on <= held.since AND (term.ends_on IS NULL OR term.ends_on > held.since)
    LEFT JOIN billing_tariff tariff ON tariff.item_id = %(item_id)s AND tariff.state = 'approved'
        AND tariff.starts_on <= %(period_start)s AND (tariff.ends_on IS NULL OR tariff.ends_on > %(period_start)s)
    WHERE held.account_id BETWEEN %(first_account)s AND %(last_account)s
), line AS (
    SELECT payer_account AS account_id, place_id, cost_id AS source_id, min(payer) AS payer, min(since) AS since,
           max(until) AS until, sum(amount) AS amount, round(sum(amount * vat_rate / (1 + vat_rate)), 2) AS vat_amount,
           min(weight) AS quantity, min(round(whole_amount / whole_weight, 6)) AS unit_price, min(tariff_id) AS tariff_id,
           min(vat_rate) AS vat_rate, min(late_fee_rate) AS late_fee_rate,
           CASE WHEN bool_or(tariff_id IS NULL) THEN 'no_tariff'
                WHEN bool_or(payer_account IS NULL) THEN 'no_payer' END AS reason,
           jsonb_strip_nulls(jsonb_build_object('from', min(since), 'until', max(until), 'shared', jsonb_build_object(
               'place', min(label), 'note', nullif(min(note), ''), 'amount', min(whole_amount)::text, 'basis', min(basis),
               'quantity', trim_scale(min(quantity))::text, 'price', trim_scale(min(unit_price))::text,
               'weight', trim_scale(min(weight))::text, 'of', trim_scale(min(whole_weight))::text, 'units', min(units),
               'share', min(share)::text,
               'days', CASE WHEN sum(days) < min(all_days) THEN sum(days) END,
               'of_days', CASE WHEN sum(days) < min(all_days) THEN min(all_days) END))) AS told
    FROM part
    GROUP BY payer_account, place_id, cost_id
)
