-- The scored, occupied accounts of a site on a day, with keeper and building: ordinary accounts of a dwelling or shop in
-- which somebody lives or works. Never the developer's unsold units. The nearest territory up the path has the keeper.
WITH held AS (
    SELECT place.path || '/' AS below, territory.keeper_id, length(place.path) AS depth
    FROM estate_keeperterritory territory JOIN estate_place place ON place.id = territory.place_id
    WHERE territory.site_id = %(site)s AND territory.starts_on <= %(on)s
      AND (territory.ends_on IS NULL OR territory.ends_on > %(on)s)
), buildings AS (
    SELECT path || '/' AS below, code FROM estate_place WHERE site_id = %(site)s AND kind = 'building'
), scored AS (
    SELECT account.id, unit.path || '/' AS below, unit.path_as_counted AS counted
    FROM estate_account account
    JOIN estate_place unit ON unit.id = account.unit_id AND unit.usage IN ('dwelling', 'shop')
    JOIN estate_occupancy lived ON lived.place_id = unit.id AND lived.status IN ('occupied', 'let')
        AND lived.starts_on <= %(on)s AND (lived.ends_on IS NULL OR lived.ends_on > %(on)s)
    WHERE account.site_id = %(site)s AND account.kind = 'ordinary' AND account.starts_on <= %(on)s
      AND (account.ends_on IS NULL OR account.ends_on > %(on)s)
)
SELECT scored.id, keeper.keeper_id, coalesce(building.code, '')
FROM scored
LEFT JOIN LATERAL (
    SELECT held.keeper_id FROM held WHERE starts_with(scored.below, held.below) ORDER BY held.depth DESC LIMIT 1
) keeper ON true
LEFT JOIN LATERAL (
    SELECT buildings.code FROM buildings WHERE starts_with(scored.below, buildings.below) LIMIT 1
) building ON true
ORDER BY scored.counted, scored.id
