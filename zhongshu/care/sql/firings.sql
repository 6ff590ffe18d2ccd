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
)
SELECT DISTINCT ON (episode_id, rule, occurrence) account_id, episode_id, rule, occurrence, policy_id, effective_on
FROM reached WHERE effective_on <= %(upto)s
ORDER BY episode_id, rule, occurrence, effective_on;
ANALYZE care_now_firing
