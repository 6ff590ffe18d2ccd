-- Final demands in this story: a firing that stands in the real ledger was followed by what really was sent; of any other
-- the demand is sent on the day it acts; one from elsewhere is evidence as it stands (`demands.sql`).
-- Parameters: site_id.
DELETE FROM care_now_demand demand
USING collecting_notice notice
WHERE notice.id = demand.id AND demand.is_ours AND NOT EXISTS (
    SELECT FROM care_task task
    JOIN care_entry entry ON entry.episode_id = task.episode_id AND entry.rule = task.rule
        AND entry.occurrence = task.occurrence AND entry.reverses_id IS NULL
    JOIN care_now_firing firing ON firing.account_id = task.account_id AND firing.rule = task.rule
        AND firing.occurrence = task.occurrence AND firing.effective_on = entry.effective_on
    WHERE task.site_id = %(site_id)s AND task.account_id = demand.account_id AND notice.source = 'care:' || task.id
      AND NOT EXISTS (
          SELECT FROM care_entry reversal WHERE reversal.reverses_id = entry.id AND reversal.confirmed_by_id IS NULL)
);
INSERT INTO care_now_demand
SELECT -row_number() OVER (), act.account_id, act.acts_on, act.acts_on, true
FROM care_back_act act
WHERE act.letter = 'final_demand' AND NOT EXISTS (
    SELECT FROM care_entry entry
    WHERE entry.site_id = %(site_id)s AND entry.account_id = act.account_id AND entry.rule = act.rule
      AND entry.occurrence = act.occurrence AND entry.effective_on = act.effective_on AND entry.reverses_id IS NULL
      AND NOT EXISTS (
          SELECT FROM care_entry reversal WHERE reversal.reverses_id = entry.id AND reversal.confirmed_by_id IS NULL)
)
