-- The first morning on which each step of the ladder was reached in an episode; what a kept plan pauses is not reached.
-- Parameters: site_id, upto.
INSERT INTO care_now_firing
WITH reached AS (
    SELECT now.account_id, now.episode_id, step.rule, step.occurrence, step.policy_id,
           lower(datemultirange(number.days * policy.days) - coalesce(pause.days, '{}')) AS effective_on
    FROM care_now_number number
    JOIN care_now_episode now ON now.account_id = number.account_id AND now.nth = number.nth
    JOIN care_now_policy policy ON policy.days && number.days
    JOIN care_now_step step ON step.policy_id = policy.id AND step.months BETWEEN 1 AND number.months
    LEFT JOIN care_now_pause pause ON pause.account_id = number.account_id
    UNION ALL
    -- legal: from the day after the deadline of a final demand sent in the episode, while a month it names is open
    SELECT now.account_id, now.episode_id, step.rule, step.occurrence, step.policy_id,
           lower(range_agg(
               month.counts * daterange(notice.sent_on + sending.grace_days + 1, now.ended_on, '[]') * policy.days
           ) - coalesce((SELECT days FROM care_now_pause pause WHERE pause.account_id = now.account_id), '{}'))
    FROM care_now_episode now
    JOIN collecting_notice notice ON notice.site_id = %(site_id)s AND notice.account_id = now.account_id
        AND notice.kind = 'final_demand' AND notice.state = 'sent'
        AND daterange(now.began_on, now.ended_on, '[]') @> notice.sent_on
    JOIN care_now_policy sending ON sending.days @> notice.sent_on
    JOIN care_now_month month ON month.account_id = now.account_id AND month.counts @> notice.sent_on
    JOIN care_now_policy policy ON upper_inf(policy.days) OR upper(policy.days) > notice.sent_on + sending.grace_days
    JOIN care_now_step step ON step.policy_id = policy.id AND step.months = 0
    WHERE (now.ended_on IS NULL OR now.ended_on > notice.sent_on + sending.grace_days)
      -- a demand of ours counts while the months that brought it forth are true
      AND (notice.source NOT LIKE 'care:%%' OR EXISTS (
          SELECT FROM care_now_number number JOIN care_now_step demanding
              ON demanding.letter = 'final_demand' AND demanding.months BETWEEN 1 AND number.months
          WHERE number.account_id = now.account_id AND number.nth = now.nth AND lower(number.days) <= notice."on"
      ))
    GROUP BY now.account_id, now.episode_id, now.ended_on, notice.id, step.rule, step.occurrence, step.policy_id
)
SELECT DISTINCT ON (episode_id, rule, occurrence) account_id, episode_id, rule, occurrence, policy_id, effective_on
FROM reached WHERE effective_on <= %(upto)s
ORDER BY episode_id, rule, occurrence, effective_on;
ANALYZE care_now_firing, care_now_episode, care_now_number
