-- An entry with all its legs in one statement.
-- Parameters: the entry's columns; accounts and amounts of the legs as two arrays of one length.
WITH entry AS (
    INSERT INTO ledger_entry
        (id, site_id, number, dated_on, recorded_at, kind, source, memo, actor_id, actor_name, reverses_id)
    VALUES (coalesce(%(pk)s, nextval(pg_get_serial_sequence('ledger_entry', 'id'))), %(site_id)s, %(number)s,
            %(dated_on)s, %(recorded_at)s, %(kind)s, %(source)s, %(memo)s, %(actor_id)s, %(actor_name)s, %(reverses_id)s)
    RETURNING id, site_id
), legs AS (
    INSERT INTO ledger_leg (site_id, entry_id, account_id, amount)
    SELECT entry.site_id, entry.id, leg.account_id, leg.amount
    FROM entry, unnest(%(account_ids)s::bigint[], %(amounts)s::numeric[]) WITH ORDINALITY leg(account_id, amount, place)
    ORDER BY leg.place
)
SELECT id FROM entry
