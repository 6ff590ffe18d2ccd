-- Which steps of the ladder would have acted, and when: of each episode and day the highest, if nothing higher acted
-- before; later where it was held, and never where the debt was paid or something higher came meanwhile. As
-- `respond.sql`, `release.sql` and `supersede.sql` let the real ones act day by day.
-- Parameters: site_id, upto, live_on, dispute_days (null: disputes hold nothing), per_day.
DELETE FROM care_back_act WHERE episode_id IS NOT NULL;
INSERT INTO care_back_act
WITH held AS (
    SELECT account_id, range_agg(daterange(starts_on, greatest(starts_on, ends_on))) AS days
    FROM (
        SELECT charge.account_id, dispute.starts_on,
               least(dispute.ends_on, dispute.starts_on + %(dispute_days)s::int) AS ends_on
        FROM billing_dispute dispute JOIN billing_charge charge ON charge.id = dispute.charge_id
        WHERE dispute.site_id = %(site_id)s
        UNION ALL
        SELECT matter.account_id, said.judged_on, said.judged_on + %(dispute_days)s::int
        FROM cases_judgement judgement
        JOIN cases_complaint complaint ON complaint.case_id = judgement.case_id AND complaint.subject = 'charges'
        JOIN cases_case matter ON matter.id = judgement.case_id AND matter.account_id IS NOT NULL
        CROSS JOIN LATERAL (SELECT (judgement.at AT TIME ZONE 'Asia/Shanghai')::date AS judged_on) said
        WHERE judgement.site_id = %(site_id)s AND judgement.upheld AND judgement.reverses_id IS NULL
          AND NOT EXISTS (SELECT FROM cases_judgement reversal WHERE reversal.reverses_id = judgement.id)
    ) cause
    WHERE %(dispute_days)s::int IS NOT NULL
    GROUP BY account_id
), fired AS (
    SELECT firing.account_id, firing.episode_id, firing.rule, firing.occurrence, step.rank, step.letter, step.roles,
           firing.effective_on, greatest(firing.effective_on, %(live_on)s::date) AS day, episode.ended_on,
           step.letter IN ('final_demand', 'formal_demand', 'lawyer_letter') AS can_wait
    FROM care_now_firing firing
    JOIN care_now_step step USING (policy_id, rule, occurrence)
    JOIN care_now_episode episode ON episode.episode_id = firing.episode_id
), highest AS (
    SELECT DISTINCT ON (episode_id, day) fired.*,
           max(rank) OVER (
               PARTITION BY episode_id ORDER BY day RANGE BETWEEN UNBOUNDED PRECEDING AND '1 day' PRECEDING
           ) AS rank_before
    FROM fired ORDER BY episode_id, day, rank DESC
), asked AS (
    SELECT highest.*, coalesce(can_wait AND held.days @> day, false) AS is_disputed, coalesce(held.days, '{}') AS held_days
    FROM highest LEFT JOIN held USING (account_id)
    WHERE (ended_on IS NULL OR ended_on >= day) AND rank > coalesce(rank_before, -1)
), queued AS (
    SELECT asked.episode_id, asked.rank,
           row_number() OVER (PARTITION BY near.keeper_id ORDER BY oldest.due_on, account.number) - 1 AS ahead
    FROM asked
    JOIN estate_account account ON account.id = asked.account_id
    LEFT JOIN estate_place unit ON unit.id = account.unit_id
    LEFT JOIN LATERAL (
        SELECT territory.keeper_id
        FROM estate_place above JOIN estate_keeperterritory territory ON territory.place_id = above.id
        WHERE above.site_id = %(site_id)s AND above.code = ANY (string_to_array(unit.path, '/'))
          AND territory.starts_on <= asked.day AND (territory.ends_on IS NULL OR territory.ends_on > asked.day)
        ORDER BY length(above.path) DESC LIMIT 1
    ) near ON true
    CROSS JOIN LATERAL (
        SELECT min(month.due_on) AS due_on FROM care_now_month month
        WHERE month.account_id = asked.account_id AND month.open @> asked.day
    ) oldest
    WHERE asked.effective_on < %(live_on)s::date AND NOT asked.is_disputed
), planned AS (
    SELECT asked.*, CASE
               WHEN queued.episode_id IS NOT NULL THEN asked.day + (queued.ahead / %(per_day)s::int)::int
               WHEN NOT asked.is_disputed THEN asked.day
               ELSE lower(datemultirange(daterange(asked.day, NULL)) - asked.held_days - coalesce(pause.days, '{}'))
           END AS acts_on
    FROM asked
    LEFT JOIN queued ON queued.episode_id = asked.episode_id AND queued.rank = asked.rank
    LEFT JOIN care_now_pause pause ON pause.account_id = asked.account_id
)
SELECT account_id, episode_id, rule, occurrence, rank, letter, roles, effective_on, acts_on
FROM planned
WHERE acts_on <= %(upto)s AND (ended_on IS NULL OR ended_on >= acts_on)
  AND NOT EXISTS (
      SELECT FROM asked higher
      WHERE higher.episode_id = planned.episode_id AND higher.day > planned.day AND higher.day <= planned.acts_on
  )
