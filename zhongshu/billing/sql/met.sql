-- What the lines of an item meet: charges of the same months. A reversed one makes way for its next revision; one of
-- another account for the same days keeps a line from being charged.
known AS MATERIALIZED (
    SELECT charge.account_id, charge.place_id, charge.source_id, count(*) AS revision,
           bool_or(reversal.id IS NULL) AS stands,
           min((charge.detail->>'from')::date) FILTER (WHERE reversal.id IS NULL) AS since,
           max((charge.detail->>'until')::date) FILTER (WHERE reversal.id IS NULL) AS until
    FROM billing_charge charge
    LEFT JOIN billing_relief reversal
        ON reversal.charge_id = charge.id AND reversal.kind = 'reversal' AND reversal.state = 'approved'
    WHERE charge.site_id = %(site_id)s AND charge.item_id = %(item_id)s AND charge.period_start = %(period_start)s
      AND (charge.account_id BETWEEN %(first_account)s AND %(last_account)s OR charge.account_id = %(developer_account)s)
    GROUP BY charge.account_id, charge.place_id, charge.source_id
), met AS (
    SELECT line.*, coalesce(known.revision, 0) AS revision, coalesce(known.stands, false) AS stands,
           NOT coalesce(known.stands, false) AND line.reason IS NULL AND NOT %(is_first)s AND (
               by_developer.account_id <> line.account_id AND by_developer.since < line.until
                   AND by_developer.until > line.since OR EXISTS (
                   SELECT FROM estate_accountplace held
                   JOIN billing_charge other ON other.site_id = %(site_id)s AND other.item_id = %(item_id)s
                       AND other.period_start = %(period_start)s AND other.account_id = held.account_id
                       AND other.place_id = line.place_id AND other.source_id = line.source_id
                   WHERE held.place_id = line.place_id AND held.account_id <> line.account_id
                     AND (other.detail->>'from')::date < line.until AND (other.detail->>'until')::date > line.since
                     AND NOT EXISTS (
                         SELECT FROM billing_relief reversal
                         WHERE reversal.charge_id = other.id AND reversal.kind = 'reversal'
                           AND reversal.state = 'approved'))
           ) IS TRUE AS is_elsewhere
    -- FULL joins are never nested loops: of charges just made the planner expects none, and there are thousands
    FROM (SELECT true AS is_line, line.* FROM line) AS line
    FULL JOIN known ON known.account_id = line.account_id
        AND coalesce(known.place_id, 0) = coalesce(line.place_id, 0) AND known.source_id = line.source_id
    FULL JOIN (
        SELECT * FROM known WHERE account_id = %(developer_account)s AND stands
    ) AS by_developer ON by_developer.place_id = line.place_id AND by_developer.source_id = line.source_id
    WHERE coalesce(is_line, false)
)
