-- Episodes as they are known now beside those written down: the same where they share a day, the earliest first.
-- Parameters: site_id, live_on (null: the site did not go live with old debts).
WITH touching AS (
    SELECT episode.id, now.account_id, now.nth, episode.began_on,
           row_number() OVER (PARTITION BY episode.id ORDER BY now.began_on) AS nth_of_stored
    FROM care_now_episode now
    JOIN care_episode episode ON episode.site_id = %(site_id)s AND episode.account_id = now.account_id
        AND NOT episode.is_void
        AND daterange(episode.began_on, episode.ended_on, '[]') && daterange(now.began_on, now.ended_on, '[]')
), chosen AS (
    SELECT DISTINCT ON (account_id, nth) account_id, nth, id
    FROM touching WHERE nth_of_stored = 1 ORDER BY account_id, nth, began_on
)
UPDATE care_now_episode now SET episode_id = chosen.id
FROM chosen WHERE chosen.account_id = now.account_id AND chosen.nth = now.nth;

UPDATE care_episode episode SET is_void = true
FROM care_now_account affected
WHERE episode.site_id = %(site_id)s AND episode.account_id = affected.account_id AND NOT episode.is_void
  AND NOT EXISTS (SELECT FROM care_now_episode now WHERE now.episode_id = episode.id);

UPDATE care_episode episode SET began_on = now.began_on, ended_on = now.ended_on
FROM care_now_episode now
WHERE now.episode_id = episode.id
  AND (episode.began_on, episode.ended_on) IS DISTINCT FROM (now.began_on, now.ended_on);

WITH made AS (
    INSERT INTO care_episode (site_id, account_id, began_on, ended_on, is_opening, is_void)
    SELECT %(site_id)s, account_id, began_on, ended_on, coalesce(began_on < %(live_on)s::date, false), false
    FROM care_now_episode WHERE episode_id IS NULL ORDER BY account_id, nth
    RETURNING id, account_id, began_on
)
UPDATE care_now_episode now SET episode_id = made.id
FROM made WHERE made.account_id = now.account_id AND made.began_on = now.began_on;
ANALYZE care_now_episode
