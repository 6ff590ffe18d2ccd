-- Entries as they stand: not reversed, with the end that is known now. To be set in as a table.
SELECT entry.*, CASE WHEN late.entry_id IS NULL THEN entry.in_force_until ELSE late.in_force_until END AS until
FROM care_entry entry
LEFT JOIN LATERAL (
    SELECT entry_id, in_force_until FROM care_entryend
    WHERE entry_id = entry.id ORDER BY recorded_at DESC, id DESC LIMIT 1
) late ON true
