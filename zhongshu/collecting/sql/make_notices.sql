-- Notices with what they name. The same source again makes nothing; who owes nothing gets none.
-- Parameters: those of owed.sql; wanted_ids, kinds, sources, days (arrays of one length); last (number before the
-- first), prefix, at, today, by, lawyer_id; template_kinds, template_ids.
WITH wanted AS (
    SELECT * FROM unnest(%(wanted_ids)s::bigint[], %(kinds)s::text[], %(sources)s::text[], %(days)s::int[])
        t(account_id, kind, source, days)
), owed AS MATERIALIZED (
    {{owed}}
), summed AS (
    SELECT account_id, sum(principal) AS principal, sum(late_fee) AS late_fee FROM owed GROUP BY account_id
), arrears AS (
    SELECT account_id, months
    FROM billing_arrears(%(site_id)s, %(account_ids)s, %(on)s, %(on)s::date + 1, %(ignore_below)s, NULL)
), made AS (
    INSERT INTO collecting_notice
        (site_id, number, account_id, kind, "on", made_at, made_by_id, state, sent_on, answer_by, months, principal,
         late_fees, source, evidence, template_id, lawyer_id, withdrawn_reason)
    SELECT %(site_id)s, %(prefix)s || lpad(nth::text, greatest(4, length(nth::text)), '0'), account_id, kind, %(on)s,
           %(at)s, %(by)s, CASE WHEN is_past THEN 'sent' ELSE 'planned' END, CASE WHEN is_past THEN %(on)s::date END,
           %(on)s::date + days, months, principal, late_fee, source, CASE WHEN is_past THEN 'sent_only' ELSE '' END,
           template_id, CASE WHEN kind = 'lawyer_letter' THEN %(lawyer_id)s::bigint END, ''
    FROM (
        SELECT wanted.*, summed.principal, summed.late_fee, coalesce(arrears.months, 0) AS months, template.template_id,
               %(last)s + row_number() OVER (ORDER BY wanted.account_id, wanted.source) AS nth,
               %(on)s < %(today)s AS is_past
        FROM wanted JOIN summed USING (account_id) LEFT JOIN arrears USING (account_id)
        LEFT JOIN unnest(%(template_kinds)s::text[], %(template_ids)s::bigint[]) template(kind, template_id)
            ON template.kind = wanted.kind
        WHERE NOT EXISTS (
            SELECT FROM collecting_notice earlier
            WHERE earlier.site_id = %(site_id)s AND earlier.source = wanted.source
        )
    ) due
    ON CONFLICT (site_id, source) DO NOTHING
    RETURNING id, account_id, state
), named AS (
    INSERT INTO collecting_noticecharge (site_id, notice_id, charge_id, open_amount, late_fee)
    SELECT %(site_id)s, made.id, owed.charge_id, owed.principal, owed.late_fee FROM made JOIN owed USING (account_id)
), sent AS (
    INSERT INTO collecting_delivery (site_id, notice_id, channel, evidence, at, recorded_at, by_id, reference, note, file)
    SELECT %(site_id)s, id, 'letter', 'sent_only', %(on)s::timestamp AT TIME ZONE 'Asia/Shanghai', %(at)s, %(by)s, '', '',
           ''
    FROM made WHERE state = 'sent'
)
SELECT count(*) FROM made
