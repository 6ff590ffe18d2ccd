-- A run that looks at everybody. Parameter: site_id.
INSERT INTO care_now_account (account_id, has_facts)
SELECT id, true FROM estate_account WHERE site_id = %(site_id)s AND kind = 'ordinary';
ANALYZE care_now_account
