-- Who shares a common cost: the dwellings and shops below its place, with their weight (null: not known) and their order.
WITH sharer AS (
    SELECT place.id, place.label,
           row_number() OVER (ORDER BY place.path_as_counted COLLATE "C", place.code COLLATE "C") AS nth,
           CASE %(basis)s
               WHEN 'area' THEN place.gross_area
               WHEN 'household' THEN 1
               ELSE CASE WHEN place.floor_no IS NOT NULL THEN coalesce((
                   SELECT step.factor FROM jsonb_to_recordset(%(factors)s::jsonb) AS step("from" int, factor numeric)
                   WHERE step."from" <= place.floor_no ORDER BY step."from" DESC LIMIT 1), 0) END
           END AS weight
    FROM estate_place place
    JOIN billing_chargeitem item ON item.id = %(item_id)s
    WHERE place.site_id = %(site_id)s AND place.kind = 'unit' AND place.is_active
      AND (place.path = %(path)s OR place.path LIKE %(below)s)
      AND (item.usages = '[]' OR item.usages ? place.usage)
      AND NOT EXISTS (
          SELECT FROM billing_itemterm term
          WHERE term.item_id = item.id AND term.place_id = place.id AND term.is_exempt
            AND term.starts_on <= %(period_start)s AND (term.ends_on IS NULL OR term.ends_on > %(period_start)s))
)
