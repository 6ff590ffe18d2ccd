-- The ledger as it would stand, and what complaints and the gold medal ask for. A person's correction holds here too.
-- Parameters: site_id, upto, arrears_life, complaint_life, prepaid_points; severities (JSON: severity, most, least,
-- roles), golds (JSON: account_id, number, paid_on, effective_on, until).
INSERT INTO care_back_entry
SELECT firing.account_id, firing.rule, firing.occurrence, step.points, 0, firing.effective_on,
       (episode.ended_on + make_interval(months => %(arrears_life)s::int))::date
FROM care_now_firing firing
JOIN care_now_episode episode ON episode.episode_id = firing.episode_id
JOIN care_now_step step USING (policy_id, rule, occurrence);

INSERT INTO care_back_entry
SELECT gold.account_id, 'prepaid.12', gold.number, %(prepaid_points)s, 1, gold.effective_on, gold.until
FROM jsonb_to_recordset(%(golds)s::jsonb) gold(account_id bigint, number int, effective_on date, until date);

INSERT INTO care_back_entry
SELECT matter.account_id, 'complaint.' || judgement.severity, 1,
       greatest(band.least, least(band.most, judgement.points)), 0, said.judged_on,
       (said.judged_on + make_interval(months => %(complaint_life)s::int))::date, judgement.id
FROM cases_judgement judgement
JOIN cases_case matter ON matter.id = judgement.case_id
JOIN care_now_account scored ON scored.account_id = matter.account_id
JOIN jsonb_to_recordset(%(severities)s::jsonb) band(severity text, most int, least int) USING (severity)
CROSS JOIN LATERAL (SELECT (judgement.at AT TIME ZONE 'Asia/Shanghai')::date AS judged_on) said
WHERE judgement.site_id = %(site_id)s AND judgement.reverses_id IS NULL AND said.judged_on <= %(upto)s;

INSERT INTO care_back_entry
SELECT back.account_id, 'reversal', back.occurrence, -back.points, -back.medals, taken.effective_on, back.until
FROM care_back_entry back
JOIN LATERAL (
    SELECT reversal.effective_on
    FROM care_entry entry JOIN care_entry reversal ON reversal.reverses_id = entry.id
    WHERE entry.site_id = %(site_id)s AND entry.account_id = back.account_id AND entry.rule = back.rule
      AND entry.occurrence = back.occurrence AND entry.effective_on = back.effective_on
      AND entry.judgement_id IS NOT DISTINCT FROM back.judgement_id
      AND reversal.confirmed_by_id IS NOT NULL AND reversal.judgement_id IS NULL
    UNION ALL
    SELECT (reversal.at AT TIME ZONE 'Asia/Shanghai')::date
    FROM cases_judgement reversal WHERE reversal.reverses_id = back.judgement_id
    ORDER BY 1 LIMIT 1
) taken ON taken.effective_on <= %(upto)s;

INSERT INTO care_back_act (account_id, rule, occurrence, letter, roles, effective_on, acts_on)
SELECT back.account_id, back.rule, 1, '', asked.roles, back.effective_on, back.effective_on
FROM care_back_entry back
JOIN jsonb_to_recordset(%(severities)s::jsonb) asked(severity text, roles jsonb)
    ON back.rule = 'complaint.' || asked.severity;

INSERT INTO care_back_act (account_id, rule, occurrence, letter, roles, effective_on, acts_on)
SELECT account_id, 'prepaid.12', number, '', '["keeper"]', effective_on, paid_on + 1
FROM jsonb_to_recordset(%(golds)s::jsonb) gold(account_id bigint, number int, paid_on date, effective_on date, until date)
WHERE until > paid_on + 1 AND paid_on + 1 <= %(upto)s;
ANALYZE care_back_entry, care_back_act
