-- Places that would be charged, had they an account in the period: dwellings and shops, and whatever has terms.
INSERT INTO billing_runexception (site_id, run_id, item_id, place_id, account_id, reason, words, is_charged)
SELECT place.site_id, %(run_id)s, %(item_id)s, place.id, NULL, 'no_account', '{}', false
FROM estate_place place
WHERE place.site_id = %(site_id)s AND place.kind = ANY(%(kinds)s) AND place.is_active
  AND (place.kind <> 'unit' OR %(usages)s::text[] = '{}' OR place.usage = ANY(%(usages)s))
  AND (place.handed_over_on IS NULL OR place.handed_over_on < %(period_end)s)
  AND NOT EXISTS (
      SELECT FROM estate_accountplace held
      WHERE held.place_id = place.id AND held.starts_on < %(period_end)s
        AND (held.ends_on IS NULL OR held.ends_on > %(period_start)s))
  AND coalesce((
      SELECT NOT term.is_exempt FROM billing_itemterm term
      WHERE term.item_id = %(item_id)s AND term.place_id = place.id AND term.starts_on < %(period_end)s
        AND (term.ends_on IS NULL OR term.ends_on > %(period_start)s)
      ORDER BY term.starts_on DESC LIMIT 1), place.kind = 'unit' AND %(is_everywhere)s)
