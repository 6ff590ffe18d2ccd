"""The service centre's promises: incidents, complaints, referrals, help, prices, the hotline, telephones, models."""

from collections.abc import Iterator

from zhongshu.simulation.invariants.looking import Look

#: Written by hand from the early-warning rules: the points of a severity, from–to.
BANDS = {"not_upheld": (-1, -1), "ordinary": (-5, -2), "medium": (-10, -6), "major": (-50, -11)}
FINISHED = "('done', 'signed_off', 'closed')"


def every_caller_of_an_incident_is_answered(look: Look) -> Iterator[str]:
    """An incident is over only when everybody who reported it has been told so."""
    yield from look.found(
        "incident {} is closed and the caller of {} ({}) was not answered",
        "SELECT i.number, c.number, c.state FROM cases_incident i JOIN cases_case c ON c.incident_id = i.id"
        " WHERE i.state = 'closed' AND c.state IN ('open', 'follow_up') AND NOT EXISTS"
        " (SELECT FROM cases_incidentanswer WHERE incident_id = i.id AND case_id = c.id)",
    )


def one_repair_for_an_incident(look: Look) -> Iterator[str]:
    """A case of an incident has no work of its own running beside the one repair, unless it began again by itself."""
    yield from look.found(
        "case {} of incident {} has {} running as well",
        "SELECT c.number, i.number, o.number FROM cases_case c JOIN cases_incident i ON i.id = c.incident_id"
        " JOIN cases_caseorder co ON co.case_id = c.id JOIN work_workorder o ON o.id = co.order_id"
        f" WHERE c.reopened_count = 0 AND o.ended_at IS NULL AND o.state NOT IN {FINISHED}"
        " AND o.kind <> 'complaint'",
    )


def judgements_keep_to_their_bands(look: Look) -> Iterator[str]:
    """Points lie within the band of the severity; a reversal gives back exactly what was taken."""
    for severity, (least, most) in BANDS.items():
        yield from look.found(
            "the judgement of {} as {} has {} points",
            "SELECT c.number, j.severity, j.points FROM cases_judgement j JOIN cases_case c ON c.id = j.case_id"
            " WHERE j.reverses_id IS NULL AND j.severity = %(severity)s"
            " AND j.points NOT BETWEEN %(least)s AND %(most)s",
            severity=severity,
            least=least,
            most=most,
        )
    yield from look.found(
        "the judgement of {} took {} and gave back {}",
        "SELECT c.number, b.points, r.points FROM cases_judgement r JOIN cases_judgement b ON b.id = r.reverses_id"
        " JOIN cases_case c ON c.id = r.case_id WHERE r.points <> -b.points OR r.case_id <> b.case_id",
    )


def a_judgement_is_reversed_at_most_once(look: Look) -> Iterator[str]:
    """Nothing is given back twice, a reversal is not reversed, and one judgement at most is in force."""
    yield from look.found(
        "the judgement {} is reversed {} times",
        "SELECT reverses_id, count(*) FROM cases_judgement WHERE reverses_id IS NOT NULL"
        " GROUP BY reverses_id HAVING count(*) > 1",
    )
    yield from look.found(
        "case {} has {} judgements in force",
        "SELECT c.number, count(*) FROM cases_judgement j JOIN cases_case c ON c.id = j.case_id"
        " WHERE j.reverses_id IS NULL AND NOT EXISTS (SELECT FROM cases_judgement WHERE reverses_id = j.id)"
        " GROUP BY c.number HAVING count(*) > 1",
    )


def no_complaint_lies_about(look: Look) -> Iterator[str]:
    """A complaint not judged in time has been told to those above."""
    if look.memory.stopped:
        return
    yield from look.found(
        "the complaint {} was to be judged by {}, and nobody above was told",
        "SELECT c.number, k.judge_due_at FROM cases_complaint k JOIN cases_case c ON c.id = k.case_id"
        " WHERE k.kind <> 'compliment' AND k.judged_at IS NULL AND k.escalated_at IS NULL"
        " AND k.judge_due_at <= %(until)s",
    )


def every_referral_is_checked_back(look: Look) -> Iterator[str]:
    """A referral has an outcome, or an hour by which to ask; past the latest, those above know."""
    yield from look.found(
        "the referral of {} is settled at {} with the outcome “{}”",
        "SELECT c.number, r.settled_at, r.outcome FROM cases_referral r JOIN cases_case c ON c.id = r.case_id"
        " WHERE (r.settled_at IS NULL) <> (r.outcome = '') OR r.check_back_due_at <= r.at",
    )
    if look.memory.stopped:
        return
    yield from look.found(
        "nobody has asked back about the referral of {} since {}, nor was told",
        "SELECT c.number, r.check_back_latest_at FROM cases_referral r JOIN cases_case c ON c.id = r.case_id"
        " WHERE r.settled_at IS NULL AND r.escalated_at IS NULL AND r.check_back_latest_at <= %(until)s",
    )


def nobody_helps_in_two_places(look: Look) -> Iterator[str]:
    """Spells of mutual aid of one person never overlap."""
    yield from look.found(
        "{} helps twice at {}",
        "SELECT s.employee_no, b.joined_at FROM work_aidspell a JOIN work_aidspell b ON b.staff_id = a.staff_id"
        " AND b.id <> a.id AND b.joined_at >= a.joined_at AND b.joined_at < coalesce(a.left_at, 'infinity')"
        " AND (b.left_at IS NULL OR b.left_at > b.joined_at) AND (a.joined_at, a.id) < (b.joined_at, b.id)"
        " JOIN people_staff s ON s.id = a.staff_id",
    )


def helped_time_is_credited(look: Look) -> Iterator[str]:
    """Who helped is credited the minutes they were there, and nobody helps with work that has ended."""
    yield from look.found(
        "{} helped from {} to {} and is credited {}",
        "SELECT s.employee_no, a.joined_at, a.left_at, a.minutes FROM work_aidspell a"
        " JOIN people_staff s ON s.id = a.staff_id WHERE a.minutes IS DISTINCT FROM"
        " floor(extract(epoch FROM a.left_at - a.joined_at) / 60)::int",
    )
    yield from look.found(
        "{} still helps with {}, which has ended",
        "SELECT s.employee_no, o.number FROM work_aidspell a JOIN people_staff s ON s.id = a.staff_id"
        " JOIN work_workorder o ON o.id = a.order_id WHERE a.left_at IS NULL AND o.ended_at IS NOT NULL",
    )


def no_window_is_overbooked(look: Look) -> Iterator[str]:
    """No more visits are booked in a window of a day than it has room for."""
    yield from look.found(
        "the window {} of {} has {} visits and room for {}",
        'SELECT w.opens, v."on", count(*), w.capacity FROM work_visitslot v'
        " JOIN work_slotwindow w ON w.id = v.window_id"
        ' WHERE v.released_at IS NULL GROUP BY w.id, v."on" HAVING count(*) > w.capacity',
    )


def nobody_pays_more_than_agreed(look: Look) -> Iterator[str]:
    """What a finished order charges was agreed to beforehand."""
    yield from look.found(
        "order {} charges {}, agreed was {}",
        "SELECT o.number, m.total, a.amount FROM work_workorder o JOIN LATERAL (SELECT sum(round(quantity * unit_price,"
        " 2)) AS total FROM work_ordermaterial WHERE order_id = o.id AND is_charged AND struck_at IS NULL) AS m ON true"
        " LEFT JOIN LATERAL (SELECT amount FROM work_priceagreement WHERE order_id = o.id ORDER BY id DESC LIMIT 1)"
        f" AS a ON true WHERE o.state IN {FINISHED} AND m.total > coalesce(a.amount, 0)",
    )


def what_must_be_checked_is_checked(look: Look) -> Iterator[str]:
    """A finished order has every mandatory item of its checklist."""
    yield from look.found(
        "order {} is {} without “{}”",
        "SELECT o.number, o.state, item ->> 'label' FROM work_orderchecklist k"
        " JOIN work_workorder o ON o.id = k.order_id JOIN work_checklisttemplate t ON t.id = k.template_id"
        f" CROSS JOIN jsonb_array_elements(t.items) AS item WHERE o.state IN {FINISHED}"
        " AND (item ->> 'is_mandatory')::boolean AND NOT EXISTS (SELECT FROM work_checklistentry"
        " WHERE checklist_id = k.id AND key = item ->> 'key' AND value <> '')",
    )


def every_step_of_the_hotline_is_told_once(look: Look) -> Iterator[str]:
    """Each sheet has each step of its clock once: told when due, or called off before; nobody hears of one twice."""
    yield from look.found(
        "sheet {} has the step of {} % towards {} {} times",
        "SELECT s.number, a.percent, a.stage, count(*) FROM channels_hotlinealert a"
        " JOIN channels_hotlinesheet s ON s.id = a.sheet_id GROUP BY s.number, a.percent, a.stage HAVING count(*) > 1",
    )
    if look.memory.stopped:
        return
    yield from look.found(
        "sheet {}: the step of {} % towards {} was due at {} and nobody was told",
        "SELECT s.number, a.percent, a.stage, a.due_at FROM channels_hotlinealert a"
        " JOIN channels_hotlinesheet s ON s.id = a.sheet_id"
        " WHERE a.fired_at IS NULL AND a.cancelled_at IS NULL AND a.due_at <= %(until)s",
    )


def one_call_back_for_a_caller(look: Look) -> Iterator[str]:
    """A caller whom nobody answered is owed one call, and it ends with how it went."""
    yield from look.found(
        "the caller …{} is owed {} calls",
        "SELECT right(number, 4), count(*) FROM channels_callback WHERE done_at IS NULL"
        " GROUP BY site_id, number HAVING count(*) > 1",
    )
    yield from look.found(
        "the call-back of {} ended at {} as “{}”",
        "SELECT opened_at, done_at, outcome FROM channels_callback WHERE (done_at IS NULL) <> (outcome = '')",
    )
    yield from look.found(
        "the caller of {} was {} and is owed no call",
        "SELECT c.started_at, c.state FROM channels_call c WHERE c.state IN ('missed', 'engaged') AND c.number <> ''"
        " AND c.call_back_id IS NULL AND NOT EXISTS (SELECT FROM channels_call WHERE site_id = c.site_id"
        " AND number = c.number AND answered_at IS NOT NULL AND started_at > c.started_at)",
    )


def nothing_goes_out_twice(look: Look) -> Iterator[str]:
    """One delivery for a message, a way and a person."""
    yield from look.found(
        "the delivery {} is there {} times",
        "SELECT key, count(*) FROM messaging_delivery GROUP BY key HAVING count(*) > 1",
    )


def one_call_for_help_at_a_time(look: Look) -> Iterator[str]:
    """A person has one call for help open at most; each is in its log from the first line on."""
    yield from look.found(
        "user {} has {} calls for help open",
        "SELECT raised_by_id, count(*) FROM scene_assistance WHERE state IN ('calling', 'coming', 'there')"
        " GROUP BY raised_by_id HAVING count(*) > 1",
    )
    yield from look.found(
        "the call {} has {} lines and {} that say it was raised",
        "SELECT a.number, count(e.id), count(e.id) FILTER (WHERE e.kind = 'raised' AND e.nth = 1)"
        " FROM scene_assistance a LEFT JOIN scene_entry e ON e.assistance_id = a.id GROUP BY a.number"
        " HAVING count(e.id) <> coalesce(max(e.nth), 0) OR count(e.id) FILTER (WHERE e.kind = 'raised') <> 1",
    )


def another_model_changes_nothing_that_is_open(look: Look) -> Iterator[str]:
    """When a site is run another way, every open order, case, call, clock and sheet stays as and with whom it was."""
    for before, after in look.memory.switched:
        gone, new = [row for row in before if row not in after], [row for row in after if row not in before]
        yield from (f"before the switch there was {row}" for row in gone)
        yield from (f"after the switch there is {row}" for row in new)
