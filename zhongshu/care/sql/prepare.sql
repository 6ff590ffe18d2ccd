-- What a run reckons with: the versions of the policy in force day by day, and their ladders.
-- Parameters: policies, steps (JSON arrays of objects).
DROP TABLE IF EXISTS pg_temp.care_now_policy, pg_temp.care_now_step, pg_temp.care_now_account, pg_temp.care_now_pause, pg_temp.care_now_month,
    pg_temp.care_now_count, pg_temp.care_now_episode, pg_temp.care_now_number, pg_temp.care_now_firing, pg_temp.care_now_wrong,
    pg_temp.care_now_new, pg_temp.care_now_hold, pg_temp.care_now_over, pg_temp.care_now_task;
CREATE TEMP TABLE care_now_policy ON COMMIT DROP AS
SELECT id, days, initial_score, ignore_below, grace_days, arrears_life
FROM jsonb_to_recordset(%(policies)s::jsonb)
    p(id bigint, starts_on date, ends_on date, initial_score int, ignore_below numeric, grace_days int, arrears_life int)
CROSS JOIN LATERAL (SELECT daterange(starts_on, ends_on) AS days) period;

CREATE TEMP TABLE care_now_step ON COMMIT DROP AS
SELECT *
FROM jsonb_to_recordset(%(steps)s::jsonb)
    s(policy_id bigint, rule text, occurrence int, months int, points int, letter text, roles jsonb, manner text,
      rank int, reason text, customer_reason text);

CREATE TEMP TABLE care_now_account (account_id bigint PRIMARY KEY, has_facts boolean NOT NULL) ON COMMIT DROP;
CREATE TEMP TABLE care_now_pause (account_id bigint PRIMARY KEY, days datemultirange NOT NULL) ON COMMIT DROP
