-- What is looked back on: a ledger and work that are written down nowhere. Every scored account of the site, all it owed.
-- Parameters: site_id.
CREATE TEMP TABLE IF NOT EXISTS care_back_entry (
    account_id bigint, rule text, occurrence int, points int, medals int, effective_on date, until date,
    judgement_id bigint
) ON COMMIT DELETE ROWS;
CREATE TEMP TABLE IF NOT EXISTS care_back_act (
    account_id bigint, episode_id bigint, rule text, occurrence int, rank int, letter text, roles jsonb, effective_on date,
    acts_on date
) ON COMMIT DELETE ROWS;
DELETE FROM care_back_entry;
DELETE FROM care_back_act;
INSERT INTO care_now_account
SELECT id, true FROM estate_account WHERE site_id = %(site_id)s AND kind = 'ordinary';
ANALYZE care_now_account
