-- Places by which money is told apart: buildings and garages, and wherever a keeper's territory begins on the day.
-- Parameters: sites, on.
SELECT place.id, place.site_id, place.code, place.path,
       CASE WHEN place.kind IN ('building', 'garage') THEN place.id END AS building_id, territory.keeper_id
FROM estate_place place
LEFT JOIN estate_keeperterritory territory ON territory.place_id = place.id AND territory.starts_on <= %(on)s
    AND (territory.ends_on IS NULL OR territory.ends_on > %(on)s)
WHERE place.site_id = ANY(%(sites)s) AND (place.kind IN ('building', 'garage') OR territory.id IS NOT NULL)
