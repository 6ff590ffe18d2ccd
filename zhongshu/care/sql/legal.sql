-- Legal: the first morning after the deadline of a final demand sent in the episode on which a month it names is open.
-- Parameters: upto.
INSERT INTO care_now_firing
WITH reached AS (
    SELECT now.account_id, now.episode_id, step.rule, step.occurrence, step.policy_id,
           lower(range_agg(
               month.counts * daterange(demand.sent_on + sending.grace_days + 1, now.ended_on, '[]') * policy.days
           ) - coalesce((SELECT days FROM care_now_pause pause WHERE pause.account_id = now.account_id), '{}'))
           AS effective_on
    FROM care_now_episode now
    JOIN care_now_demand demand ON demand.account_id = now.account_id
        AND daterange(now.began_on, now.ended_on, '[]') @> demand.sent_on
    JOIN care_now_policy sending ON sending.days @> demand.sent_on
    JOIN care_now_month month ON month.account_id = now.account_id AND month.counts @> demand.sent_on
    JOIN care_now_policy policy ON upper_inf(policy.days) OR upper(policy.days) > demand.sent_on + sending.grace_days
    JOIN care_now_step step ON step.policy_id = policy.id AND step.months = 0
    WHERE (now.ended_on IS NULL OR now.ended_on > demand.sent_on + sending.grace_days)
      -- a demand of ours counts while the months that brought it forth are true
      AND (NOT demand.is_ours OR EXISTS (
          SELECT FROM care_now_number number JOIN care_now_step demanding
              ON demanding.letter = 'final_demand' AND demanding.months BETWEEN 1 AND number.months
          WHERE number.account_id = now.account_id AND number.nth = now.nth AND lower(number.days) <= demand."on"
      ))
    GROUP BY now.account_id, now.episode_id, now.ended_on, demand.id, step.rule, step.occurrence, step.policy_id
)
SELECT DISTINCT ON (episode_id, rule, occurrence) account_id, episode_id, rule, occurrence, policy_id, effective_on
FROM reached WHERE effective_on <= %(upto)s
ORDER BY episode_id, rule, occurrence, effective_on
