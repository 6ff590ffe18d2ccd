-- Months in arrears of the affected accounts, morning by morning, as far as they change; the episodes they make.
-- Parameters: site_id, upto; accounts (the affected ones; null: all of the site are).
-- A month counts on the mornings from the day after it ended and fell due up to the day of the money that cleared it.
INSERT INTO care_now_month
SELECT service.account_id, service.month, service.due_on,
       CASE WHEN service.cleared_on IS NULL OR service.cleared_on >= service.due_on + 1
            THEN daterange(service.due_on + 1, service.cleared_on + 1) * policy.days ELSE 'empty' END AS open,
       CASE WHEN service.cleared_on IS NULL OR service.cleared_on >= service.from_on
            THEN daterange(service.from_on, service.cleared_on + 1) * policy.days ELSE 'empty' END AS counts
FROM (SELECT ignore_below, unnest(range_agg(days)) AS days FROM care_now_policy GROUP BY ignore_below) policy
CROSS JOIN LATERAL billing_service_months(%(site_id)s, %(accounts)s::bigint[], policy.ignore_below, NULL, true) service
JOIN care_now_account affected USING (account_id)
WHERE service.due_on < %(upto)s AND (service.cleared_on IS NULL OR service.cleared_on > service.due_on);
ANALYZE care_now_month;

INSERT INTO care_now_count
WITH counting AS (
    SELECT account_id, unnest(range_agg(counts)) AS days
    FROM care_now_month WHERE NOT isempty(counts) GROUP BY account_id, month
), change AS (
    SELECT account_id, lower(days) AS day, 1 AS begun, 0 AS over FROM counting
    UNION ALL
    SELECT account_id, upper(days), 0, 1 FROM counting WHERE NOT upper_inf(days)
    UNION ALL
    SELECT account_id, upper(open), 0, 0 FROM care_now_month WHERE NOT isempty(open) AND NOT upper_inf(open)
), summed AS (
    SELECT account_id, day, sum(begun)::int AS begun,
           sum(sum(begun - over)) OVER (PARTITION BY account_id ORDER BY day)::int AS counted
    FROM change WHERE day <= %(upto)s GROUP BY account_id, day
)
SELECT account_id, day, lead(day) OVER (PARTITION BY account_id ORDER BY day) AS next_day, counted,
       counted - begun = 0 AS was_clear,
       count(*) FILTER (WHERE counted > 0 AND counted - begun = 0) OVER (PARTITION BY account_id ORDER BY day) AS nth
FROM summed;

-- An episode ends in the evening of the day on which nothing that counted was left.
INSERT INTO care_now_episode
SELECT account_id, nth, min(day) AS began_on, NULL::date AS ended_on, NULL::bigint AS episode_id
FROM care_now_count WHERE nth > 0 GROUP BY account_id, nth;
UPDATE care_now_episode episode SET ended_on = over.day - 1
FROM (
    SELECT episode.account_id, episode.nth, min(step.day) AS day
    FROM care_now_episode episode JOIN care_now_count step
        ON step.account_id = episode.account_id AND step.day > episode.began_on AND step.was_clear
    GROUP BY episode.account_id, episode.nth
) over
WHERE over.account_id = episode.account_id AND over.nth = episode.nth;

-- The number itself: never more than 1 and the whole months since the oldest open bill was due.
INSERT INTO care_now_number
WITH aged AS (
    SELECT step.*, oldest.due_on, billing_capped_months(step.counted, oldest.due_on, step.day) AS months
    FROM care_now_count step
    LEFT JOIN LATERAL (
        SELECT month.due_on FROM care_now_month month
        WHERE month.account_id = step.account_id AND month.open @> step.day
        ORDER BY month.due_on LIMIT 1
    ) oldest ON true
    WHERE step.counted > 0
), climbing AS (
    SELECT account_id, nth, next_day, day, months FROM aged
    UNION ALL
    SELECT account_id, nth, next_day, rise.day, billing_capped_months(counted, due_on, rise.day)
    FROM aged
    CROSS JOIN LATERAL generate_series(months, counted - 1) whole
    CROSS JOIN LATERAL (SELECT (due_on + make_interval(months => whole))::date AS day) rise
    WHERE months < counted AND rise.day > aged.day AND rise.day <= %(upto)s
      AND (next_day IS NULL OR rise.day < next_day)
)
SELECT account_id, nth, months,
       daterange(day, coalesce(lead(day) OVER (PARTITION BY account_id, next_day ORDER BY day), next_day)) AS days
FROM climbing;
ANALYZE care_now_episode, care_now_number
