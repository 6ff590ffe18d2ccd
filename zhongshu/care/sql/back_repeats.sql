-- The legal order comes back until a court, a settlement or a write-off ends it, or the debt is paid.
-- Parameters: site_id, upto, repeat_days.
INSERT INTO care_back_act
WITH RECURSIVE again AS (
    SELECT act.*, episode.began_on, episode.ended_on
    FROM care_back_act act JOIN care_now_episode episode USING (episode_id)
    WHERE act.rule = 'arrears.legal'
    UNION ALL
    SELECT again.account_id, again.episode_id, again.rule, again.occurrence + 1, again.rank, '', again.roles,
           again.effective_on, next.day, again.began_on, again.ended_on
    FROM again
    LEFT JOIN care_now_pause pause ON pause.account_id = again.account_id
    CROSS JOIN LATERAL (
        SELECT lower(datemultirange(daterange(again.acts_on + %(repeat_days)s::int, NULL)) - coalesce(pause.days, '{}'))
            AS day
    ) next
    WHERE next.day <= %(upto)s AND (again.ended_on IS NULL OR again.ended_on >= next.day)
      AND NOT EXISTS (
          SELECT FROM care_legalstep ended
          WHERE ended.site_id = %(site_id)s AND ended.account_id = again.account_id
            AND ended."on" BETWEEN again.began_on AND next.day
      )
)
SELECT account_id, episode_id, rule, occurrence, rank, letter, roles, effective_on, acts_on FROM again
WHERE occurrence > 1
