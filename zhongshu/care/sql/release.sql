-- Old debts of a site that went live are answered to a few a day and keeper, those nearest to limitation first.
-- Parameters: site_id, upto, per_day.
WITH waiting AS (
    SELECT task.id, row_number() OVER (PARTITION BY held.keeper_id ORDER BY oldest.due_on, account.number) AS nth
    FROM care_task task
    JOIN estate_account account ON account.id = task.account_id
    LEFT JOIN estate_place unit ON unit.id = account.unit_id
    LEFT JOIN LATERAL (
        SELECT territory.keeper_id
        FROM estate_place above JOIN estate_keeperterritory territory ON territory.place_id = above.id
        WHERE above.site_id = %(site_id)s AND above.code = ANY (string_to_array(unit.path, '/'))
          AND territory.starts_on <= %(upto)s AND (territory.ends_on IS NULL OR territory.ends_on > %(upto)s)
        ORDER BY length(above.path) DESC LIMIT 1
    ) held ON true
    LEFT JOIN LATERAL (
        SELECT min(charge.due_on) AS due_on
        FROM billing_charge charge JOIN billing_chargeitem item ON item.id = charge.item_id AND item.is_recurring
        WHERE charge.site_id = %(site_id)s AND charge.account_id = task.account_id AND charge.open_amount > 0
    ) oldest ON true
    WHERE task.site_id = %(site_id)s AND task.state = 'held' AND task.hold = 'opening'
      AND task.id NOT IN (SELECT id FROM care_now_over)
), freed AS (
    UPDATE care_task task
    SET state = CASE WHEN roles = '[]' THEN 'done' ELSE 'open' END, hold = '', opened_on = %(upto)s
    FROM waiting WHERE waiting.id = task.id AND waiting.nth <= %(per_day)s
    RETURNING task.id
)
INSERT INTO care_now_touched SELECT id FROM freed
