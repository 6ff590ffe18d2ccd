-- What is known of each account on the morning of a day, nothing later: dated before it, and written down before
-- `known_at`. Only accounts with recurring charges in the last year, fewer than three months in arrears, whose holder has not
-- objected. Columns: account_id, months, then the features in the order of `kinds.Feature`.
-- Parameters: site_id, on, since (its midnight), known_at, account_ids (null: all), ignore_below.
WITH asked AS (
    SELECT account.id, account.unit_id, account.starts_on
    FROM estate_account account
    WHERE account.site_id = %(site_id)s AND account.kind = 'ordinary' AND account.starts_on <= %(on)s
      AND (account.ends_on IS NULL OR account.ends_on > %(on)s)
      AND (%(account_ids)s::bigint[] IS NULL OR account.id = ANY (%(account_ids)s::bigint[]))
      AND NOT EXISTS (
          SELECT FROM foresight_objection objection WHERE objection.account_id = account.id AND objection.ended_at IS NULL)
), service AS MATERIALIZED (
    SELECT service.account_id, service.month, service.due_on, service.from_on,
           CASE WHEN service.cleared_on < %(on)s THEN service.cleared_on END AS cleared_on
    FROM billing_service_months(%(site_id)s, %(account_ids)s::bigint[], %(ignore_below)s, %(known_at)s) service
    JOIN billing_charge charge ON charge.id = service.charge_id AND charge.issued_on < %(on)s
), paying AS (
    SELECT account_id,
           coalesce(billing_capped_months(
               count(DISTINCT month) FILTER (WHERE cleared_on IS NULL AND due_on < %(on)s AND from_on <= %(on)s),
               min(due_on) FILTER (WHERE cleared_on IS NULL AND due_on < %(on)s), %(on)s), 0) AS months,
           avg(least(greatest(coalesce(cleared_on, %(on)s) - due_on, 0), 90))
               FILTER (WHERE due_on < %(on)s AND due_on >= %(on)s::date - interval '12 months') AS days_late,
           avg((coalesce(cleared_on, %(on)s) > due_on)::int)
               FILTER (WHERE due_on < %(on)s AND due_on >= %(on)s::date - interval '12 months') AS late_share,
           coalesce(bool_or(coalesce(cleared_on, %(on)s) - from_on > 60)
               FILTER (WHERE from_on >= %(on)s::date - interval '24 months'), false) AS owed_before,
           count(DISTINCT month) FILTER (WHERE month > %(on)s AND cleared_on IS NOT NULL) AS paid_ahead
    FROM service
    GROUP BY account_id
    HAVING max(due_on) >= %(on)s::date - interval '12 months'
), repair AS (
    SELECT id, account_id FROM work_workorder
    WHERE site_id = %(site_id)s AND account_id IS NOT NULL AND opened_at < %(since)s
      AND opened_at >= %(since)s::timestamptz - interval '9 months'
), fact (account_id, what, times) AS (
    SELECT prepayment.account_id, 'paid ahead', max(extract(year FROM age(until.day, %(on)s)) * 12
           + extract(month FROM age(until.day, %(on)s)))
    FROM billing_prepayment prepayment
    JOIN billing_payment payment ON payment.id = prepayment.payment_id
    CROSS JOIN LATERAL (
        SELECT CASE WHEN prepayment.ended_on <= %(on)s THEN prepayment.ended_on ELSE prepayment.ends_on END AS day
    ) until
    WHERE prepayment.site_id = %(site_id)s AND payment.received_on < %(on)s AND payment.recorded_at < %(known_at)s
      AND until.day > %(on)s
    GROUP BY prepayment.account_id
    UNION ALL
    SELECT payment.account_id, 'bounced', count(*)
    FROM billing_outflow bounce JOIN billing_payment payment ON payment.id = bounce.payment_id
    WHERE bounce.site_id = %(site_id)s AND bounce.kind = 'bounce' AND bounce.recorded_at < %(known_at)s
      AND bounce."on" < %(on)s AND bounce."on" >= %(on)s::date - interval '12 months'
    GROUP BY payment.account_id
    UNION ALL
    SELECT repair.account_id, 'late repair', count(DISTINCT repair.id)
    FROM repair JOIN work_slaclock clock ON clock.order_id = repair.id AND clock.stage = 'finish'
    WHERE clock.target_at < %(since)s AND clock.target_at >= %(since)s::timestamptz - interval '6 months'
      AND coalesce(clock.stopped_at, 'infinity') > clock.target_at
    GROUP BY repair.account_id
    UNION ALL
    SELECT repair.account_id, 'reopened', count(DISTINCT repair.id)
    FROM repair JOIN work_ordermove move ON move.order_id = repair.id AND move.verb = 'reopen'
    WHERE move.at < %(since)s AND move.at >= %(since)s::timestamptz - interval '6 months'
    GROUP BY repair.account_id
    UNION ALL
    SELECT cases_case.account_id, 'upheld', count(*)
    FROM cases_judgement judgement JOIN cases_case ON cases_case.id = judgement.case_id
    WHERE judgement.site_id = %(site_id)s AND judgement.upheld AND judgement.reverses_id IS NULL
      AND judgement.at < %(since)s AND judgement.at >= %(since)s::timestamptz - interval '6 months'
      AND NOT EXISTS (SELECT FROM cases_judgement back WHERE back.reverses_id = judgement.id AND back.at < %(since)s)
    GROUP BY cases_case.account_id
    UNION ALL
    SELECT cases_case.account_id, 'not content', 1
    FROM cases_followupattempt attempt
    JOIN cases_followup call ON call.id = attempt.follow_up_id JOIN cases_case ON cases_case.id = call.case_id
    WHERE attempt.site_id = %(site_id)s AND attempt.answer = 'not_content'
      AND attempt.at < %(since)s AND attempt.at >= %(since)s::timestamptz - interval '6 months'
    UNION ALL
    SELECT account_id, 'not content', 1
    FROM community_visit
    WHERE site_id = %(site_id)s AND mood = 'not_content' AND recorded_at < %(known_at)s
      AND "on" < %(on)s AND "on" >= %(on)s::date - interval '6 months'
    UNION ALL
    SELECT invitation.account_id, 'not content', 1
    FROM community_answer answer JOIN community_invitation invitation ON invitation.id = answer.invitation_id
    WHERE answer.site_id = %(site_id)s
      AND answer.at < %(since)s AND answer.at >= %(since)s::timestamptz - interval '6 months'
      AND EXISTS (SELECT FROM jsonb_each_text(answer.marks) mark WHERE mark.value::numeric <= 2)
    UNION ALL
    SELECT charge.account_id, 'disputes', 1
    FROM billing_dispute dispute JOIN billing_charge charge ON charge.id = dispute.charge_id
    WHERE dispute.site_id = %(site_id)s AND dispute.starts_on < %(on)s
      AND (dispute.ends_on IS NULL OR dispute.ends_on >= %(on)s)
    UNION ALL
    SELECT account_id, 'hardship', 1
    FROM collecting_arrearsreason
    WHERE site_id = %(site_id)s AND kind = 'hardship' AND recorded_at < %(known_at)s
      AND starts_on < %(on)s AND (ends_on IS NULL OR ends_on >= %(on)s)
    UNION ALL
    SELECT account_id, 'hardship', 1
    FROM collecting_contact
    WHERE site_id = %(site_id)s AND outcome = 'hardship' AND recorded_at < %(known_at)s
      AND day < %(on)s AND day >= %(on)s::date - interval '12 months'
), served AS (
    SELECT account_id,
           max(times) FILTER (WHERE what = 'paid ahead') AS paid_ahead,
           max(times) FILTER (WHERE what = 'late repair') AS late_repairs,
           max(times) FILTER (WHERE what = 'upheld') AS upheld,
           max(times) FILTER (WHERE what = 'reopened') AS reopened,
           bool_or(what = 'bounced') AS bounced,
           bool_or(what = 'not content') AS not_content,
           bool_or(what = 'disputes') AS disputes,
           bool_or(what = 'hardship') AS hardship
    FROM fact GROUP BY account_id
)
SELECT asked.id, paying.months,
       (paying.months = 1)::int,
       (paying.months = 2)::int,
       coalesce(paying.days_late, 0)::float,
       coalesce(paying.late_share, 0)::float,
       paying.owed_before::int,
       coalesce(served.bounced, false)::int,
       least(greatest(paying.paid_ahead, coalesce(served.paid_ahead, 0)), 12)::float,
       least(coalesce(served.late_repairs, 0), 3)::float,
       least(coalesce(served.upheld, 0), 3)::float,
       least(coalesce(served.reopened, 0), 3)::float,
       coalesce(served.not_content, false)::int,
       coalesce(served.disputes, false)::int,
       coalesce(lived.status IN ('vacant', 'handed_over', 'sold'), false)::int,
       coalesce(lived.status = 'let', false)::int,
       coalesce(served.hardship, false)::int,
       (asked.starts_on > %(on)s::date - interval '12 months')::int
FROM asked
JOIN paying ON paying.account_id = asked.id AND paying.months < 3
LEFT JOIN served ON served.account_id = asked.id
LEFT JOIN estate_occupancy lived ON lived.place_id = asked.unit_id AND lived.starts_on <= %(on)s
    AND (lived.ends_on IS NULL OR lived.ends_on > %(on)s)
ORDER BY asked.id
