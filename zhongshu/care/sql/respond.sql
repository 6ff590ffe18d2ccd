-- What the entries of this run ask for: of each episode the highest step reached acts, once; holds; withdrawals. Tasks
-- that are new, or in another state than before, stand in care_now_touched.
-- Parameters: site_id, upto, at, live_on, dispute_days (null: disputes hold nothing), repeat_days.
INSERT INTO care_now_hold
SELECT charge.account_id
FROM billing_dispute dispute JOIN billing_charge charge ON charge.id = dispute.charge_id
WHERE dispute.site_id = %(site_id)s AND dispute.starts_on <= %(upto)s AND dispute.starts_on + %(dispute_days)s::int > %(upto)s
  AND (dispute.ends_on IS NULL OR dispute.ends_on > %(upto)s)
UNION
SELECT matter.account_id
FROM cases_judgement judgement
JOIN cases_complaint complaint ON complaint.case_id = judgement.case_id AND complaint.subject = 'charges'
JOIN cases_case matter ON matter.id = judgement.case_id AND matter.account_id IS NOT NULL
CROSS JOIN LATERAL (SELECT (judgement.at AT TIME ZONE 'Asia/Shanghai')::date AS judged_on) said
WHERE judgement.site_id = %(site_id)s AND judgement.upheld AND judgement.reverses_id IS NULL
  AND said.judged_on <= %(upto)s AND said.judged_on + %(dispute_days)s::int > %(upto)s
  AND NOT EXISTS (SELECT FROM cases_judgement reversal WHERE reversal.reverses_id = judgement.id);

-- work for points that were wrong, and for debts that are paid, is no longer wanted
INSERT INTO care_now_over
SELECT task.id, CASE WHEN episode.is_void OR episode.ended_on IS NULL THEN '情况已更正，不用处理' ELSE '欠费已交清' END AS reason
FROM care_task task
JOIN care_now_account affected ON affected.account_id = task.account_id
JOIN care_episode episode ON episode.id = task.episode_id
WHERE task.site_id = %(site_id)s AND task.state IN ('open', 'held')
  AND (episode.is_void OR episode.ended_on IS NOT NULL OR NOT EXISTS (
      SELECT FROM care_entry entry
      WHERE entry.episode_id = task.episode_id AND entry.rule = task.rule
        AND (entry.occurrence = task.occurrence OR entry.rule = 'arrears.legal')
        AND entry.reverses_id IS NULL
        AND NOT EXISTS (SELECT FROM care_entry reversal WHERE reversal.reverses_id = entry.id)
  ));

-- what acts: the highest step of the episode that stood in no entry before, if nothing higher has acted
INSERT INTO care_now_task
SELECT DISTINCT ON (new.episode_id) new.episode_id, new.account_id, new.rule, new.occurrence, new.source,
       step.letter, step.roles, step.manner, step.rank,
       CASE WHEN pause.account_id IS NOT NULL THEN 'plan'
            WHEN hold.account_id IS NOT NULL AND step.letter IN ('final_demand', 'formal_demand', 'lawyer_letter')
            THEN 'dispute'
            WHEN new.effective_on < %(live_on)s::date THEN 'opening' ELSE '' END AS hold
FROM care_now_new new
JOIN care_now_step step USING (policy_id, rule, occurrence)
LEFT JOIN care_now_hold hold ON hold.account_id = new.account_id
LEFT JOIN care_now_pause pause ON pause.account_id = new.account_id AND pause.days @> %(upto)s::date
WHERE new.ended_on IS NULL
  AND NOT EXISTS (
      SELECT FROM care_entry entry JOIN care_now_wrong wrong ON wrong.id = entry.id
      WHERE entry.episode_id = new.episode_id AND entry.rule = new.rule AND entry.occurrence = new.occurrence
  )
  AND step.rank > (
      SELECT coalesce(max(above.rank), -1)
      FROM care_now_firing stood
      JOIN care_now_step above ON above.policy_id = stood.policy_id AND above.rule = stood.rule
          AND above.occurrence = stood.occurrence
      LEFT JOIN care_now_new fresh ON fresh.episode_id = stood.episode_id AND fresh.rule = stood.rule
          AND fresh.occurrence = stood.occurrence
      WHERE stood.episode_id = new.episode_id AND fresh.episode_id IS NULL
  )
ORDER BY new.episode_id, step.rank DESC;

-- the legal order comes back until a court, a settlement or a write-off ends it
INSERT INTO care_now_task
SELECT DISTINCT ON (task.episode_id) task.episode_id, task.account_id, task.rule, task.occurrence + 1, task.source, '',
       task.roles, task.manner, 1000,
       CASE WHEN pause.account_id IS NOT NULL THEN 'plan' WHEN hold.account_id IS NOT NULL THEN 'dispute' ELSE '' END
FROM care_task task
JOIN care_episode episode ON episode.id = task.episode_id AND episode.ended_on IS NULL AND NOT episode.is_void
LEFT JOIN care_now_hold hold ON hold.account_id = task.account_id
LEFT JOIN care_now_pause pause ON pause.account_id = task.account_id AND pause.days @> %(upto)s::date
WHERE task.site_id = %(site_id)s AND task.rule = 'arrears.legal' AND task.state <> 'held'
  AND task.opened_on + %(repeat_days)s::int <= %(upto)s AND task.id NOT IN (SELECT id FROM care_now_over)
  AND NOT EXISTS (
      SELECT FROM care_task later
      WHERE later.episode_id = task.episode_id AND later.rule = task.rule AND later.occurrence > task.occurrence
  )
  AND NOT EXISTS (
      SELECT FROM care_legalstep ended
      WHERE ended.site_id = %(site_id)s AND ended.account_id = task.account_id
        AND ended."on" BETWEEN episode.began_on AND %(upto)s
  )
  AND EXISTS (
      SELECT FROM care_entry entry
      WHERE entry.episode_id = task.episode_id AND entry.rule = task.rule AND entry.reverses_id IS NULL
        AND NOT EXISTS (SELECT FROM care_entry reversal WHERE reversal.reverses_id = entry.id)
  );

WITH made AS (
    INSERT INTO care_task
        (site_id, account_id, rule, occurrence, revision, source, episode_id, opened_on, recorded_at, roles, manner,
         letter, state, hold)
    SELECT %(site_id)s, new.account_id, new.rule, new.occurrence,
           (SELECT count(*) FROM care_task before
            WHERE before.site_id = %(site_id)s AND before.account_id = new.account_id AND before.rule = new.rule
              AND before.source = new.source AND before.occurrence = new.occurrence),
           new.source, new.episode_id, %(upto)s, %(at)s, new.roles, new.manner, new.letter,
           CASE WHEN new.hold <> '' THEN 'held' WHEN new.roles = '[]' THEN 'done' ELSE 'open' END, new.hold
    FROM care_now_task new ORDER BY new.account_id, new.rank
    RETURNING id
)
INSERT INTO care_now_touched SELECT id FROM made;

-- what waited for nothing any more acts now; what was held as an old debt is let go a few a day, elsewhere
WITH freed AS (
    UPDATE care_task task
    SET state = CASE WHEN roles = '[]' THEN 'done' ELSE 'open' END, hold = '', opened_on = %(upto)s
    WHERE task.site_id = %(site_id)s AND task.state = 'held' AND task.opened_on < %(upto)s
      AND task.id NOT IN (SELECT id FROM care_now_over)
      AND (task.hold = 'dispute' AND task.account_id NOT IN (SELECT account_id FROM care_now_hold)
           OR task.hold = 'plan' AND task.account_id NOT IN (
               SELECT account_id FROM care_now_pause WHERE days @> %(upto)s::date))
    RETURNING id
)
INSERT INTO care_now_touched SELECT id FROM freed;

-- a plan that is kept holds what is open
WITH paused AS (
    UPDATE care_task task SET state = 'held', hold = 'plan'
    FROM care_now_pause pause
    WHERE task.site_id = %(site_id)s AND task.state = 'open' AND task.episode_id IS NOT NULL
      AND pause.account_id = task.account_id AND pause.days @> %(upto)s::date
    RETURNING task.id
)
INSERT INTO care_now_touched SELECT id FROM paused
