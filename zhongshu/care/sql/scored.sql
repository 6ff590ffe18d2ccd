-- The scored accounts of a site (`home`) and what the ledger says of them on the days asked (`banded`: one row for each
-- account that ran that day). Tails follow. Parameters: site_id, on (whose territories hold); JSON arrays days [{nth, on,
-- known_at}] (known_at null: as is known now), bands [{nth, name, rank, least}], beginnings [{starts_on, ends_on, score}];
-- to narrow (null: not) path (of a building; empty: in none), keeper_id (0: nobody's), text (part of number, name or
-- room, in small letters), account_ids.
WITH asked AS MATERIALIZED (
    SELECT * FROM jsonb_to_recordset(%(days)s::jsonb) asked(nth int, "on" date, known_at timestamptz)
), band AS MATERIALIZED (
    SELECT * FROM jsonb_to_recordset(%(bands)s::jsonb) band(nth int, name text, rank int, least int)
), beginning AS MATERIALIZED (
    SELECT daterange(starts_on, ends_on) AS days, score
    FROM jsonb_to_recordset(%(beginnings)s::jsonb) begun(starts_on date, ends_on date, score int)
), held AS MATERIALIZED (
    SELECT ground.path || '/' AS below, length(ground.path) AS depth, person.id, person.name
    FROM estate_keeperterritory territory
    JOIN estate_place ground ON ground.id = territory.place_id
    JOIN identity_user person ON person.id = territory.keeper_id
    WHERE territory.site_id = %(site_id)s AND territory.starts_on <= %(on)s
      AND (territory.ends_on IS NULL OR territory.ends_on > %(on)s)
), home AS MATERIALIZED (
    SELECT account.id, account.number, account.starts_on, account.ends_on, customer.name AS customer, account.unit_id,
           coalesce(unit.label, '') AS unit, coalesce(unit.path, '') AS path,
           coalesce(unit.path_as_counted, '') AS counted, keeper.id AS keeper_id, coalesce(keeper.name, '') AS keeper,
           beginning.score AS initial
    FROM estate_account account
    JOIN estate_customer customer ON customer.id = account.customer_id
    JOIN beginning ON beginning.days @> account.starts_on
    LEFT JOIN estate_place unit ON unit.id = account.unit_id
    LEFT JOIN LATERAL (
        SELECT held.id, held.name FROM held WHERE starts_with(unit.path || '/', held.below) ORDER BY held.depth DESC LIMIT 1
    ) keeper ON true
    WHERE account.site_id = %(site_id)s AND account.kind = 'ordinary'
      AND (%(path)s::text IS NULL OR starts_with(unit.path || '/', %(path)s || '/') OR %(path)s = '' AND NOT EXISTS (
          SELECT FROM estate_place above WHERE above.site_id = %(site_id)s AND above.kind = 'building'
            AND starts_with(unit.path || '/', above.path || '/')
      ))
      AND (%(keeper_id)s::bigint IS NULL OR coalesce(keeper.id, 0) = %(keeper_id)s)
      AND (%(account_ids)s::bigint[] IS NULL OR account.id = ANY (%(account_ids)s::bigint[]))
      AND (%(text)s::text IS NULL OR strpos(lower(account.number), %(text)s) > 0 OR starts_with(customer.initials, %(text)s)
           OR strpos(lower(customer.name), %(text)s) > 0 OR strpos(lower(unit.label), %(text)s) > 0
           OR strpos(lower(unit.code), %(text)s) > 0)
), moved AS MATERIALIZED (
    SELECT asked.nth, entry.account_id, sum(entry.points) AS points, bool_or(
               entry.rule = 'prepaid.12' AND NOT EXISTS (
                   SELECT FROM care_entry reversal WHERE reversal.reverses_id = entry.id
                     AND reversal.effective_on <= asked."on"
                     AND reversal.recorded_at <= coalesce(asked.known_at, 'infinity')
               )
           ) AS is_gold
    FROM care_entry entry
    JOIN asked ON entry.effective_on <= asked."on" AND entry.recorded_at <= coalesce(asked.known_at, 'infinity')
    LEFT JOIN LATERAL (
        SELECT later.entry_id, later.in_force_until FROM care_entryend later
        WHERE later.entry_id = entry.id AND later.recorded_at <= coalesce(asked.known_at, 'infinity')
        ORDER BY later.recorded_at DESC, later.id DESC LIMIT 1
    ) late ON true
    CROSS JOIN LATERAL (
        SELECT CASE WHEN late.entry_id IS NULL THEN entry.in_force_until ELSE late.in_force_until END AS until
    ) ended
    WHERE entry.site_id = %(site_id)s AND (ended.until IS NULL OR ended.until > asked."on")
      AND (%(account_ids)s::bigint[] IS NULL OR entry.account_id = ANY (%(account_ids)s::bigint[]))
    GROUP BY asked.nth, entry.account_id
), scored AS (
    SELECT home.id AS account_id, asked.nth, coalesce(moved.is_gold, false) AS is_gold,
           greatest(0, least(100, home.initial + coalesce(moved.points, 0))) AS score
    FROM home
    JOIN asked ON home.starts_on <= asked."on" AND (home.ends_on IS NULL OR home.ends_on > asked."on")
    LEFT JOIN moved ON moved.nth = asked.nth AND moved.account_id = home.id
), banded AS MATERIALIZED (
    SELECT scored.*, band.name AS band, band.rank
    FROM scored
    CROSS JOIN LATERAL (
        SELECT band.name, band.rank FROM band WHERE band.nth = scored.nth AND scored.score >= band.least
        ORDER BY band.rank LIMIT 1
    ) band
)
