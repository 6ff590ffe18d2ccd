-- The tables a run works in: of this connection alone, empty when a run begins and when its transaction ends.
CREATE TEMP TABLE IF NOT EXISTS care_now_policy (
    id bigint, days daterange, initial_score int, ignore_below numeric, grace_days int, arrears_life int
) ON COMMIT DELETE ROWS;
CREATE TEMP TABLE IF NOT EXISTS care_now_step (
    policy_id bigint, rule text, occurrence int, months int, points int, letter text, roles jsonb, manner text, rank int,
    reason text, customer_reason text
) ON COMMIT DELETE ROWS;
CREATE TEMP TABLE IF NOT EXISTS care_now_account (account_id bigint PRIMARY KEY, has_facts boolean) ON COMMIT DELETE ROWS;
CREATE TEMP TABLE IF NOT EXISTS care_now_pause (account_id bigint PRIMARY KEY, days datemultirange)
    ON COMMIT DELETE ROWS;
CREATE TEMP TABLE IF NOT EXISTS care_now_month (
    account_id bigint, month date, due_on date, open daterange, counts daterange
) ON COMMIT DELETE ROWS;
CREATE INDEX IF NOT EXISTS care_now_month_of ON care_now_month (account_id, due_on);
CREATE TEMP TABLE IF NOT EXISTS care_now_count (
    account_id bigint, day date, next_day date, counted int, was_clear boolean, nth int
) ON COMMIT DELETE ROWS;
CREATE TEMP TABLE IF NOT EXISTS care_now_episode (
    account_id bigint, nth int, began_on date, ended_on date, episode_id bigint
) ON COMMIT DELETE ROWS;
CREATE TEMP TABLE IF NOT EXISTS care_now_number (
    account_id bigint, nth int, months int, days daterange
) ON COMMIT DELETE ROWS;
CREATE TEMP TABLE IF NOT EXISTS care_now_demand (
    id bigint, account_id bigint, "on" date, sent_on date, is_ours boolean
) ON COMMIT DELETE ROWS;
CREATE TEMP TABLE IF NOT EXISTS care_now_firing (
    account_id bigint, episode_id bigint, rule text, occurrence int, policy_id bigint, effective_on date
) ON COMMIT DELETE ROWS;
CREATE INDEX IF NOT EXISTS care_now_firing_of ON care_now_firing (episode_id);
CREATE TEMP TABLE IF NOT EXISTS care_now_wrong (id bigint PRIMARY KEY) ON COMMIT DELETE ROWS;
CREATE TEMP TABLE IF NOT EXISTS care_now_new (
    account_id bigint, episode_id bigint, rule text, occurrence int, policy_id bigint, effective_on date, ended_on date,
    source text
) ON COMMIT DELETE ROWS;
CREATE INDEX IF NOT EXISTS care_now_new_of ON care_now_new (episode_id);
CREATE TEMP TABLE IF NOT EXISTS care_now_hold (account_id bigint PRIMARY KEY) ON COMMIT DELETE ROWS;
CREATE TEMP TABLE IF NOT EXISTS care_now_over (id bigint, reason text) ON COMMIT DELETE ROWS;
CREATE TEMP TABLE IF NOT EXISTS care_now_touched (id bigint) ON COMMIT DELETE ROWS;
CREATE TEMP TABLE IF NOT EXISTS care_now_task (
    episode_id bigint, account_id bigint, rule text, occurrence int, source text, letter text, roles jsonb, manner text,
    rank int, hold text
) ON COMMIT DELETE ROWS;
CREATE TEMP TABLE IF NOT EXISTS care_now_score (
    account_id bigint, score int, band text, is_gold boolean, before text, fell boolean
) ON COMMIT DELETE ROWS;
CREATE TEMP TABLE IF NOT EXISTS care_now_fall (
    account_id bigint, number text, before text, band text, score int, keeper_id bigint
) ON COMMIT DELETE ROWS;
DELETE FROM care_now_policy;
DELETE FROM care_now_step;
DELETE FROM care_now_account;
DELETE FROM care_now_pause;
DELETE FROM care_now_month;
DELETE FROM care_now_count;
DELETE FROM care_now_episode;
DELETE FROM care_now_number;
DELETE FROM care_now_demand;
DELETE FROM care_now_firing;
DELETE FROM care_now_wrong;
DELETE FROM care_now_new;
DELETE FROM care_now_hold;
DELETE FROM care_now_over;
DELETE FROM care_now_touched;
DELETE FROM care_now_task;
DELETE FROM care_now_score;
DELETE FROM care_now_fall;
