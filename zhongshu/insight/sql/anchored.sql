-- Of each anchor (a place above many that fees are for) the building it stands in and the keeper answerable for it: the
-- nearest territory counts. Reads `used` (anchor_id) and `spot`.
SELECT anchor.id,
       (array_agg(spot.building_id ORDER BY length(spot.path) DESC) FILTER (WHERE spot.building_id IS NOT NULL))[1]
           AS building_id,
       (array_agg(spot.keeper_id ORDER BY length(spot.path) DESC) FILTER (WHERE spot.keeper_id IS NOT NULL))[1]
           AS keeper_id
FROM used
JOIN estate_place anchor ON anchor.id = used.anchor_id
CROSS JOIN LATERAL unnest(string_to_array(anchor.path, '/')) AS step (code)
JOIN spot ON spot.site_id = anchor.site_id AND spot.code = step.code
GROUP BY anchor.id
