-- What a run reckons with: the versions of the policy in force day by day, and their ladders.
-- Parameters: policies, steps (JSON arrays of objects).
INSERT INTO care_now_policy
SELECT id, daterange(starts_on, ends_on), initial_score, ignore_below, grace_days, arrears_life
FROM jsonb_to_recordset(%(policies)s::jsonb)
    p(id bigint, starts_on date, ends_on date, initial_score int, ignore_below numeric, grace_days int, arrears_life int);

INSERT INTO care_now_step
SELECT *
FROM jsonb_to_recordset(%(steps)s::jsonb)
    s(policy_id bigint, rule text, occurrence int, months int, points int, letter text, roles jsonb, manner text,
      rank int, reason text, customer_reason text);
ANALYZE care_now_policy, care_now_step
