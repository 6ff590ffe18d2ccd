-- Episodes have numbers of their own here: those written down belong to another table of points.
UPDATE care_now_episode now SET episode_id = numbered.id
FROM (
    SELECT account_id, nth, row_number() OVER (ORDER BY account_id, nth) AS id FROM care_now_episode
) numbered
WHERE numbered.account_id = now.account_id AND numbered.nth = now.nth
