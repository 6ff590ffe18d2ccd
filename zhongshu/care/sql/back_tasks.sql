-- Tasks by rule, by day and by whoever looked after the account that day (null: nobody); all, and those that ask
-- the keeper. Parameters: site_id, from_on, upto.
SELECT act.rule, act.acts_on, near.keeper_id, count(*), count(*) FILTER (WHERE act.roles ? 'keeper')
FROM care_back_act act
JOIN estate_account account ON account.id = act.account_id
LEFT JOIN estate_place unit ON unit.id = account.unit_id
LEFT JOIN LATERAL (
    SELECT territory.keeper_id
    FROM estate_keeperterritory territory JOIN estate_place ground ON ground.id = territory.place_id
    WHERE territory.site_id = %(site_id)s AND starts_with(unit.path || '/', ground.path || '/')
      AND territory.starts_on <= act.acts_on AND (territory.ends_on IS NULL OR territory.ends_on > act.acts_on)
    ORDER BY length(ground.path) DESC LIMIT 1
) near ON true
WHERE act.roles <> '[]' AND act.acts_on BETWEEN %(from_on)s AND %(upto)s
GROUP BY 1, 2, 3 ORDER BY 1, 2, 3
