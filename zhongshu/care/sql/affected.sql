-- Whose months may be others than the last run left them: something was recorded about them since (`has_facts`), or a day
-- between the two changes the number by itself. Parameters: site_id; after (the last day evaluated), upto; since.
INSERT INTO care_now_account (account_id, has_facts)
SELECT account_id, bool_or(has_facts)
FROM (
    SELECT charge.account_id, true AS has_facts
    FROM billing_charge charge
    WHERE charge.site_id = %(site_id)s AND charge.recorded_at >= %(since)s
    UNION ALL
    SELECT charge.account_id, true
    FROM billing_allocation allocation JOIN billing_charge charge ON charge.id = allocation.charge_id
    WHERE allocation.site_id = %(site_id)s AND allocation.recorded_at >= %(since)s
    UNION ALL
    SELECT charge.account_id, true
    FROM billing_relief relief JOIN billing_charge charge ON charge.id = relief.charge_id
    WHERE relief.site_id = %(site_id)s AND relief.kind = 'reversal' AND relief.state = 'approved'
      AND relief.decided_at >= %(since)s
    UNION ALL
    SELECT payment.account_id, true
    FROM billing_payment payment
    WHERE payment.site_id = %(site_id)s AND payment.recorded_at >= %(since)s
    UNION ALL
    SELECT payment.account_id, true
    FROM billing_outflow gone JOIN billing_payment payment ON payment.id = gone.payment_id
    WHERE gone.site_id = %(site_id)s AND gone.recorded_at >= %(since)s
    UNION ALL  -- a month that ends makes every open bill of it count
    SELECT account_id, false
    FROM billing_charge
    WHERE site_id = %(site_id)s AND open_amount > 0
      AND date_trunc('month', %(after)s::timestamp) <> date_trunc('month', %(upto)s::timestamp)
    UNION ALL  -- past due since
    SELECT account_id, false
    FROM billing_charge
    WHERE site_id = %(site_id)s AND open_amount > 0 AND due_on >= %(after)s AND due_on < %(upto)s
    UNION ALL  -- what is due in a lump climbs month by month, on the day of the month on which it was due
    SELECT charge.account_id, false
    FROM billing_charge charge
    WHERE charge.site_id = %(site_id)s AND charge.open_amount > 0 AND charge.due_on = ANY (ARRAY(
        SELECT due::date
        FROM generate_series(
            (SELECT min(due_on) FROM billing_charge WHERE site_id = %(site_id)s AND open_amount > 0)::timestamp,
            %(upto)s, interval '1 day') due
        WHERE extract(day FROM due) IN (
            SELECT extract(day FROM day) FROM generate_series(
                %(after)s::timestamp + interval '1 day', %(upto)s, interval '1 day') day
            UNION SELECT extra FROM generate_series(29, 31) extra WHERE EXISTS (
                SELECT FROM generate_series(%(after)s::timestamp + interval '1 day', %(upto)s, interval '1 day') day
                WHERE extract(month FROM day) <> extract(month FROM day + interval '1 day'))
        )
    ))
    UNION ALL  -- money of those days is seen now
    SELECT payment.account_id, true
    FROM billing_payment payment
    WHERE payment.site_id = %(site_id)s AND payment.received_on >= %(after)s AND payment.received_on < %(upto)s
    UNION ALL  -- the day after the deadline of a final demand
    SELECT notice.account_id, false
    FROM collecting_notice notice
    WHERE notice.site_id = %(site_id)s AND notice.kind = 'final_demand' AND notice.sent_on IS NOT NULL
      AND notice.sent_on + (SELECT max(grace_days) + 1 FROM care_now_policy) > %(after)s
      AND notice.sent_on + (SELECT min(grace_days) + 1 FROM care_now_policy) <= %(upto)s
    UNION ALL  -- a plan was made, broken or ended
    SELECT account_id, true FROM care_now_pause
) changed
JOIN estate_account account ON account.id = changed.account_id AND account.kind = 'ordinary'
GROUP BY account_id;
ANALYZE care_now_account
