-- A higher step withdraws the lower's open task, or one that waits while it waits itself; what is over is withdrawn.
-- Every change of state is written down. Parameters: site_id, upto, at.
INSERT INTO care_now_over
SELECT lower.id, '由更高一级的响应接替'
FROM care_task higher
JOIN care_task lower ON lower.episode_id = higher.episode_id AND lower.id < higher.id
    AND (lower.state = 'held' OR lower.state = 'open' AND higher.state <> 'held')
WHERE higher.site_id = %(site_id)s AND higher.opened_on = %(upto)s AND higher.state IN ('open', 'held', 'done')
  AND lower.state IN ('open', 'held')
GROUP BY lower.id;

UPDATE care_task task SET state = 'withdrawn', hold = ''
FROM care_now_over gone WHERE gone.id = task.id AND task.state IN ('open', 'held');

INSERT INTO care_taskmove (site_id, task_id, "on", recorded_at, state, reason)
SELECT %(site_id)s, task.id, %(upto)s, %(at)s, task.state,
       coalesce((SELECT min(reason) FROM care_now_over gone WHERE gone.id = task.id), '')
FROM care_task task
LEFT JOIN LATERAL (
    SELECT state FROM care_taskmove WHERE task_id = task.id ORDER BY id DESC LIMIT 1
) before ON true
WHERE task.site_id = %(site_id)s AND task.state IS DISTINCT FROM before.state
  AND (task.state IN ('open', 'held') OR task.recorded_at = %(at)s OR task.opened_on = %(upto)s
       OR task.id IN (SELECT id FROM care_now_over))
