-- The ledger beside what is true: entries that are missing, reversals of those disproved, ends that moved. What a person
-- has taken back (a reversal that somebody confirmed) is not entered again.
-- Parameters: site_id, upto, at, live_on.
INSERT INTO care_now_wrong
SELECT entry.id
FROM care_entry entry JOIN care_now_account affected ON affected.account_id = entry.account_id
WHERE entry.site_id = %(site_id)s AND entry.episode_id IS NOT NULL AND entry.reverses_id IS NULL
  AND NOT EXISTS (SELECT FROM care_entry reversal WHERE reversal.reverses_id = entry.id)
  AND NOT EXISTS (
      SELECT FROM care_now_firing firing
      WHERE firing.episode_id = entry.episode_id AND firing.rule = entry.rule AND firing.occurrence = entry.occurrence
        AND firing.effective_on = entry.effective_on
  );

INSERT INTO care_now_new
SELECT firing.*, episode.ended_on, 'episode:' || to_char(episode.began_on, 'YYYY-MM-DD') AS source
FROM care_now_firing firing JOIN care_episode episode ON episode.id = firing.episode_id
WHERE NOT EXISTS (
    SELECT FROM care_entry entry
    WHERE entry.episode_id = firing.episode_id AND entry.rule = firing.rule AND entry.occurrence = firing.occurrence
      AND entry.effective_on = firing.effective_on AND entry.reverses_id IS NULL
      AND NOT EXISTS (
          SELECT FROM care_entry reversal WHERE reversal.reverses_id = entry.id AND reversal.confirmed_by_id IS NULL)
);

ANALYZE care_now_wrong, care_now_new;

INSERT INTO care_entry
    (site_id, account_id, rule, occurrence, revision, points, effective_on, recorded_at, in_force_until, policy_id,
     episode_id, source, reason, customer_reason, reverses_id, is_opening)
SELECT site_id, account_id, 'reversal', occurrence, 0, -points, effective_on, %(at)s, until, policy_id, episode_id,
       'entry:' || id, left('撤销：' || reason, 300), left('更正，退回：' || customer_reason, 300), id, is_opening
FROM ({{standing}}) entry WHERE id IN (SELECT id FROM care_now_wrong) ORDER BY account_id, effective_on, id;

INSERT INTO care_entry
    (site_id, account_id, rule, occurrence, revision, points, effective_on, recorded_at, in_force_until, policy_id,
     episode_id, source, reason, customer_reason, is_opening)
SELECT %(site_id)s, new.account_id, new.rule, new.occurrence,
       (SELECT count(*) FROM care_entry before
        WHERE before.site_id = %(site_id)s AND before.account_id = new.account_id AND before.rule = new.rule
          AND before.source = new.source AND before.occurrence = new.occurrence),
       step.points, new.effective_on, %(at)s, (new.ended_on + make_interval(months => policy.arrears_life))::date,
       new.policy_id, new.episode_id, new.source, step.reason, step.customer_reason,
       coalesce(new.effective_on < %(live_on)s::date, false)
FROM care_now_new new
JOIN care_now_policy policy ON policy.id = new.policy_id
JOIN care_now_step step USING (policy_id, rule, occurrence)
ORDER BY new.account_id, new.effective_on, step.rank;

-- Points end some months after their episode did; those of an episode that never was, some months from today.
INSERT INTO care_entryend (site_id, entry_id, recorded_at, in_force_until)
SELECT %(site_id)s, entry.id, %(at)s, wanted.until
FROM ({{standing}}) entry
JOIN care_now_account affected ON affected.account_id = entry.account_id
JOIN care_episode episode ON episode.id = entry.episode_id
JOIN care_policy policy ON policy.id = entry.policy_id
CROSS JOIN LATERAL (
    SELECT (CASE WHEN episode.is_void THEN coalesce(entry.until, (%(upto)s + make_interval(months => policy.arrears_life))::date)
                 ELSE (episode.ended_on + make_interval(months => policy.arrears_life))::date END) AS until
) wanted
WHERE entry.site_id = %(site_id)s AND entry.until IS DISTINCT FROM wanted.until
