-- What entering a band sets off. The keeper is that of the nearest territory up the path.
-- Parameters: site_id, upto; plan_due_on, review_on; manager_id (null: there is none).
INSERT INTO care_now_fall
SELECT score.account_id, account.number, score.before, score.band, score.score, near.keeper_id
FROM care_now_score score
JOIN estate_account account ON account.id = score.account_id
LEFT JOIN estate_place unit ON unit.id = account.unit_id
LEFT JOIN LATERAL (
    SELECT held.keeper_id
    FROM unnest(string_to_array(unit.path, '/')) step(code)
    JOIN estate_place above ON above.site_id = %(site_id)s AND above.code = step.code
    JOIN estate_keeperterritory held ON held.place_id = above.id
        AND held.starts_on <= %(upto)s AND (held.ends_on IS NULL OR held.ends_on > %(upto)s)
    ORDER BY length(above.path) DESC LIMIT 1
) near ON true
WHERE score.fell;

INSERT INTO care_improvementplan (site_id, account_id, opened_on, due_on, owner_id, text)
SELECT %(site_id)s, account_id, %(upto)s, %(plan_due_on)s, keeper_id, ''
FROM care_now_fall WHERE band = 'poor' ORDER BY account_id
ON CONFLICT DO NOTHING;

INSERT INTO care_priorityrecord (site_id, account_id, opened_on, review_on, owner_id)
SELECT %(site_id)s, account_id, %(upto)s, %(review_on)s, %(manager_id)s
FROM care_now_fall WHERE band = 'priority' ORDER BY account_id
ON CONFLICT DO NOTHING
