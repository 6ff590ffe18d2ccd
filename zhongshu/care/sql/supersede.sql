-- A higher step withdraws the lower's open task, or one that waits while it waits itself; what is over is withdrawn.
-- Every change of state is written down. Parameters: site_id, upto, at.
ANALYZE care_now_touched;

INSERT INTO care_now_over
SELECT lower.id, '由更高一级的响应接替'
FROM care_now_touched touched
JOIN care_task higher ON higher.id = touched.id
JOIN care_task lower ON lower.episode_id = higher.episode_id AND lower.id < higher.id
    AND (lower.state = 'held' OR lower.state = 'open' AND higher.state <> 'held')
WHERE higher.opened_on = %(upto)s AND higher.state IN ('open', 'held', 'done')
  AND lower.state IN ('open', 'held')
GROUP BY lower.id;

UPDATE care_task task SET state = 'withdrawn', hold = ''
FROM care_now_over gone WHERE gone.id = task.id AND task.state IN ('open', 'held');

INSERT INTO care_taskmove (site_id, task_id, "on", recorded_at, state, reason)
WITH changed AS MATERIALIZED (
    SELECT id FROM care_now_touched UNION SELECT id FROM care_now_over
), before AS MATERIALIZED (
    SELECT DISTINCT ON (move.task_id) move.task_id, move.state
    FROM changed JOIN care_taskmove move ON move.task_id = changed.id
    ORDER BY move.task_id, move.id DESC
)
SELECT %(site_id)s, task.id, %(upto)s, %(at)s, task.state,
       coalesce((SELECT min(reason) FROM care_now_over gone WHERE gone.id = task.id), '')
FROM changed
JOIN care_task task ON task.id = changed.id
LEFT JOIN before ON before.task_id = task.id
WHERE task.state IS DISTINCT FROM before.state
