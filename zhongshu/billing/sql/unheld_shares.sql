-- Shares of common costs that fall to places nobody holds in the period.
INSERT INTO billing_runexception (site_id, run_id, item_id, place_id, account_id, reason, words, is_charged)
SELECT cost.site_id, %(run_id)s, cost.item_id, share.place_id, NULL, 'no_account',
       jsonb_build_object('amount', sum(share.amount)::text), false
FROM billing_sharedcost cost
JOIN billing_sharedshare share ON share.cost_id = cost.id AND share.amount > 0
WHERE cost.site_id = %(site_id)s AND cost.item_id = %(item_id)s AND cost.period_start = %(period_start)s
  AND cost.state <> 'cancelled'
  AND NOT EXISTS (
      SELECT FROM estate_accountplace held
      WHERE held.place_id = share.place_id AND held.starts_on < %(period_end)s
        AND (held.ends_on IS NULL OR held.ends_on > %(period_start)s))
GROUP BY cost.site_id, cost.item_id, share.place_id
