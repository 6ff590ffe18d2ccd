-- Dwellings and shops by status at the end of each month. Parameters: sites, first, last (first days of months), on.
SELECT month.first::date, occupancy.status, count(*)
FROM generate_series(%(first)s::timestamp, %(last)s::timestamp, interval '1 month') AS month (first)
JOIN estate_occupancy occupancy ON occupancy.site_id = ANY(%(sites)s)
    AND occupancy.starts_on <= least((month.first + interval '1 month - 1 day')::date, %(on)s)
    AND (occupancy.ends_on IS NULL OR occupancy.ends_on > least((month.first + interval '1 month - 1 day')::date, %(on)s))
JOIN estate_place place ON place.id = occupancy.place_id AND place.kind = 'unit' AND place.is_active
GROUP BY 1, 2 ORDER BY 1, 2
