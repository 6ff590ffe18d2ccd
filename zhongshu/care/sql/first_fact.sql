-- The first day on which anything about the score of a site's accounts can be true. Parameters: site_id.
SELECT least(
    (SELECT min(due_on) + 1 FROM billing_charge WHERE site_id = %(site_id)s),
    (SELECT min(received_on) + 1 FROM billing_payment WHERE site_id = %(site_id)s),
    (SELECT min((at AT TIME ZONE 'Asia/Shanghai')::date) FROM cases_judgement WHERE site_id = %(site_id)s)
)
