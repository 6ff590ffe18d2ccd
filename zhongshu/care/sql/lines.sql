-- A line for every role of what acts from this day on, with whoever has the role today. Who was let go meanwhile is
-- asked anew; what a role has shown stands. Complaints have the lines of their case.
-- Parameters: site_id, upto, today, due_on.
WITH acting AS (
    SELECT task.id, task.account_id, task.roles
    FROM care_task task
    WHERE task.id IN (SELECT id FROM care_now_touched) AND task.state = 'open' AND task.opened_on = %(upto)s
      AND task.judgement_id IS NULL AND task.roles <> '[]'
), able AS (  -- of the site; of legal affairs, quality and head office also those who look after every site
    SELECT DISTINCT ON (held.role) held.role, person.id
    FROM identity_rolegrant held JOIN identity_user person ON person.id = held.user_id AND person.is_active
    WHERE (held.site_id = %(site_id)s OR held.site_id IS NULL AND held.role IN ('legal', 'head_office'))
      AND held.role IN ('keeper', 'service_lead', 'site_manager', 'legal', 'head_office')
      AND held.starts_on <= %(today)s AND (held.ends_on IS NULL OR held.ends_on > %(today)s)
    ORDER BY held.role, held.site_id NULLS LAST, person.username
), above AS (
    SELECT coalesce((SELECT id FROM able WHERE role = 'site_manager'), (SELECT id FROM able WHERE role = 'head_office'))
        AS manager_id
), territory AS MATERIALIZED (
    SELECT place.code, length(place.path) AS depth, held.keeper_id
    FROM estate_keeperterritory held
    JOIN estate_place place ON place.id = held.place_id
    JOIN identity_user person ON person.id = held.keeper_id AND person.is_active
    WHERE held.site_id = %(site_id)s
      AND held.starts_on <= %(today)s AND (held.ends_on IS NULL OR held.ends_on > %(today)s)
), near AS (
    SELECT DISTINCT ON (acting.id) acting.id, territory.keeper_id
    FROM acting
    JOIN estate_account account ON account.id = acting.account_id
    JOIN estate_place unit ON unit.id = account.unit_id
    CROSS JOIN LATERAL unnest(string_to_array(unit.path, '/')) step(code)
    JOIN territory ON territory.code = step.code
    ORDER BY acting.id, territory.depth DESC
), kept AS (
    SELECT acting.id, acting.roles,
           coalesce(near.keeper_id, (SELECT id FROM able WHERE role = 'keeper'), above.manager_id) AS keeper_id
    FROM acting
    CROSS JOIN above
    LEFT JOIN near USING (id)
), led AS (
    SELECT member.user_id AS keeper_id, lead.user_id AS lead_id
    FROM people_staff member
    JOIN people_team team ON team.id = member.team_id
    JOIN people_staff lead ON lead.id = team.lead_id
    JOIN identity_user person ON person.id = lead.user_id AND person.is_active
)
INSERT INTO care_taskline (site_id, task_id, role, holder_id, due_on, did, signed_words)
SELECT %(site_id)s, kept.id, asked.role,
       CASE asked.role
           WHEN 'keeper' THEN kept.keeper_id
           WHEN 'supervisor' THEN coalesce(
               nullif(led.lead_id, kept.keeper_id), (SELECT id FROM able WHERE role = 'service_lead'), above.manager_id)
           WHEN 'site_manager' THEN above.manager_id
           ELSE (SELECT able.id FROM able WHERE able.role = asked.role)
       END,
       %(due_on)s, '', ''
FROM kept
CROSS JOIN above
LEFT JOIN led USING (keeper_id)
CROSS JOIN LATERAL jsonb_array_elements_text(kept.roles) WITH ORDINALITY asked(role, nth)
ORDER BY kept.id, asked.nth
ON CONFLICT (task_id, role) DO UPDATE
SET holder_id = excluded.holder_id, due_on = excluded.due_on, reminded_at = NULL, raised_at = NULL
WHERE care_taskline.recorded_at IS NULL
