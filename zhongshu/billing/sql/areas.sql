-- The areas of the building and entrance of each place: the sum of their dwellings and shops.
LEFT JOIN (
    SELECT below.held_id, max(whole.area) FILTER (WHERE whole.kind = 'building') AS building_area,
           max(whole.area) FILTER (WHERE whole.kind = 'entrance') AS entrance_area
    FROM stretch AS below
    CROSS JOIN LATERAL unnest(string_to_array(below.path, '/')) AS step(code)
    JOIN (
        SELECT above.code, above.kind, sum(unit.gross_area) AS area
        FROM estate_place unit
        CROSS JOIN LATERAL unnest(string_to_array(unit.path, '/')) AS step(code)
        JOIN estate_place above ON above.site_id = unit.site_id AND above.code = step.code
            AND above.kind IN ('building', 'entrance')
        WHERE unit.site_id = %(site_id)s AND unit.kind = 'unit' AND unit.is_active
        GROUP BY above.code, above.kind
    ) AS whole ON whole.code = step.code
    GROUP BY below.held_id
) AS around ON around.held_id = stretch.held_id
