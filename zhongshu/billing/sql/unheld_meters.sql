-- Meters with usage in the period at places that nobody held when they were read.
INSERT INTO billing_runexception (site_id, run_id, item_id, place_id, account_id, reason, words, is_charged)
SELECT DISTINCT meter.site_id, %(run_id)s, meter.item_id, meter.place_id, NULL::bigint, 'no_account', '{}'::jsonb, false
FROM billing_meter meter
JOIN billing_reading reading ON reading.meter_id = meter.id AND reading.reversed_at IS NULL AND reading.usage > 0
    AND reading.read_on >= %(period_start)s AND reading.read_on < %(period_end)s
WHERE meter.site_id = %(site_id)s AND meter.item_id = %(item_id)s
  AND NOT EXISTS (
      SELECT FROM estate_accountplace held
      WHERE held.place_id = meter.place_id AND held.starts_on < reading.read_on
        AND (held.ends_on IS NULL OR held.ends_on >= reading.read_on))
