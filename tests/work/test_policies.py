"""The rules of targets, escalation, clocks and ranking, beside worked examples."""

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhongshu.estate.kinds import PlaceKind
from zhongshu.kernel.clock import SITE_ZONE
from zhongshu.work.defaults import ROWS
from zhongshu.work.kinds import EscalationRole, Level, Nearness, Stage, Urgency
from zhongshu.work.policies.clockwork import Colour, face
from zhongshu.work.policies.escalation import recipients, steps
from zhongshu.work.policies.nearness import nearness
from zhongshu.work.policies.ranking import Candidate, rank, summary
from zhongshu.work.policies.targets import FollowUpRule, SlaTarget, may_object, targets


def on(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SITE_ZONE)


def shipped(urgency: str, kind: str = "", category: str = "") -> SlaTarget:
    """The target as shipped with the program."""
    row = next(
        row
        for row in ROWS
        if (row["urgency"], row.get("kind", ""), row.get("category", "")) == (urgency, kind, category)
    )
    return SlaTarget(**{name: row[name] for name in SlaTarget.__dataclass_fields__ if name in row})


A, R, F, C = Stage.ACKNOWLEDGE, Stage.ARRIVE, Stage.FINISH, Stage.CLOSE

TARGETS = [
    # urgency, kind, category, opened, expected
    ("P1", "", "", "2026-11-04 12:00", {A: "2026-11-04 12:01", R: "2026-11-04 12:15", F: "2026-11-04 14:00"}),
    ("P1", "", "elevator", "2026-11-04 12:00", {A: "2026-11-04 12:01", R: "2026-11-04 12:30", F: "2026-11-04 14:00"}),
    # By 24:00, when that leaves eight hours …
    ("P2", "", "", "2026-11-04 12:00", {A: "2026-11-04 12:05", R: "2026-11-04 12:30", F: "2026-11-05 00:00"}),
    # … else eight hours, over midnight.
    ("P2", "", "", "2026-11-04 22:00", {A: "2026-11-04 22:05", R: "2026-11-04 22:30", F: "2026-11-05 06:00"}),
    ("P3", "", "", "2026-11-04 12:00", {A: "2026-11-04 12:15", R: "2026-11-04 16:00", F: "2026-11-06 12:00"}),
    # One working day of office hours; Friday afternoon ends on Monday.
    ("P4", "", "", "2026-11-06 17:00", {A: "2026-11-09 10:00", F: "2026-11-09 17:00"}),
    ("P3", "complaint", "", "2026-11-06 17:00", {A: "2026-11-06 17:30", F: "2026-11-07 17:00", C: "2026-11-09 17:00"}),
]


@pytest.mark.parametrize(("urgency", "kind", "category", "opened", "expected"), TARGETS)
def test_targets_as_the_table_of_the_service_says(
    urgency: str, kind: str, category: str, opened: str, expected: dict[Stage, str]
) -> None:
    found = targets(shipped(urgency, kind, category), opened_at=on(opened))

    assert found == {stage: on(text) for stage, text in expected.items()}


def test_a_visit_agreed_with_the_customer_is_the_target_of_arriving() -> None:
    opened = on("2026-11-04 12:00")

    tomorrow = targets(shipped("P3"), opened_at=opened, booked_at=on("2026-11-05 16:00"))
    assert tomorrow[R] == on("2026-11-05 16:00")
    assert tomorrow[F] == on("2026-11-07 12:00")  # a day later than unbooked, like the visit

    sooner = targets(shipped("P3"), opened_at=opened, booked_at=on("2026-11-04 13:00"))
    assert sooner[R] == on("2026-11-04 13:00")
    assert sooner[F] == on("2026-11-06 12:00")


def test_an_enquiry_has_no_visit_to_book() -> None:
    opened = on("2026-11-04 12:00")
    assert targets(shipped("P4"), opened_at=opened, booked_at=on("2026-11-05 16:00")) == targets(
        shipped("P4"), opened_at=opened
    )


def test_one_may_object_for_a_quarter_of_an_hour() -> None:
    dispatched = on("2026-11-04 12:00")
    assert may_object(dispatched_at=dispatched, at=on("2026-11-04 12:15"))
    assert not may_object(dispatched_at=dispatched, at=on("2026-11-04 12:15") + timedelta(seconds=1))


FOLLOW_UPS = [
    (FollowUpRule(100, 12, same_day=True), "2026-11-04 14:00", "2026-11-05 00:00"),
    (FollowUpRule(100, 12, same_day=True), "2026-11-04 23:30", "2026-11-05 01:30"),
    (FollowUpRule(30, 168), "2026-11-04 14:00", "2026-11-11 14:00"),
]


@pytest.mark.parametrize(("rule", "done", "due"), FOLLOW_UPS)
def test_follow_ups_fall_due(rule: FollowUpRule, done: str, due: str) -> None:
    assert rule.due_at(on(done)) == on(due)


def test_steps_fall_on_shares_of_the_target() -> None:
    found = steps(started_at=on("2026-11-04 12:00"), target_at=on("2026-11-04 16:00"))

    assert [(step.percent, step.role.value, step.due_at) for step in found] == [
        (50, "assignee", on("2026-11-04 14:00")),
        (80, "supervisor", on("2026-11-04 15:12")),
        (100, "site_manager", on("2026-11-04 16:00")),
        (150, "quality", on("2026-11-04 18:00")),
        (200, "head_office", on("2026-11-04 20:00")),
    ]


RECIPIENTS = [
    ({EscalationRole.ASSIGNEE: [7], EscalationRole.SUPERVISOR: [8]}, (7,)),
    ({EscalationRole.SUPERVISOR: [9, 8]}, (8, 9)),  # nobody has it: the next above
    ({EscalationRole.HEAD_OFFICE: [1]}, (1,)),
    ({}, ()),
]


def test_with_nobody_above_the_word_stays_as_high_as_it_can() -> None:
    people = {EscalationRole.ASSIGNEE: [7], EscalationRole.SITE_MANAGER: [9]}
    assert recipients(EscalationRole.HEAD_OFFICE, people) == (9,)


@pytest.mark.parametrize(("people", "told"), RECIPIENTS)
def test_an_empty_rung_passes_the_word_upward(people: dict[EscalationRole, list[int]], told: tuple[int, ...]) -> None:
    assert recipients(EscalationRole.ASSIGNEE, people) == told


FACES = [
    # minutes since the start of an hour's clock: colour, percent used
    (0, Colour.GREEN, 0),
    (29, Colour.GREEN, 48),
    (30, Colour.AMBER, 50),
    (60, Colour.AMBER, 100),
    (61, Colour.RED, 101),
    (180, Colour.RED, 300),
]


@pytest.mark.parametrize(("minutes", "colour", "percent"), FACES)
def test_a_running_clock_changes_its_colour(minutes: int, colour: Colour, percent: int) -> None:
    start = on("2026-11-04 12:00")
    seen = face(started_at=start, target_at=start + timedelta(hours=1), at=start + timedelta(minutes=minutes))
    assert (seen.colour, seen.used_percent, seen.is_running) == (colour, percent, True)


def test_a_clock_at_rest_stands_as_it_stopped() -> None:
    start = on("2026-11-04 12:00")
    later = start + timedelta(days=1)
    in_time, late = start + timedelta(minutes=50), start + timedelta(minutes=70)
    target = start + timedelta(hours=1)

    assert face(started_at=start, target_at=target, stopped_at=in_time, at=later).colour == Colour.GREY
    assert face(started_at=start, target_at=target, stopped_at=late, at=later).colour == Colour.RED
    paused = face(started_at=start, target_at=target, paused_at=in_time, at=later)
    assert (paused.colour, paused.is_paused, paused.remaining) == (Colour.GREY, True, timedelta(minutes=10))


WAY = [
    ("YQL", PlaceKind.COMMUNITY),
    ("YQL/P1", PlaceKind.PHASE),
    ("YQL/P1/P1-3", PlaceKind.BUILDING),
    ("YQL/P1/P1-3/P1-3-2", PlaceKind.ENTRANCE),
    ("YQL/P1/P1-3/P1-3-2/P1-3-2-1502", PlaceKind.UNIT),
]
LAST_SEEN = [
    ("YQL/P1/P1-3/P1-3-2/P1-3-2-1502", Nearness.SAME_ENTRANCE),
    ("YQL/P1/P1-3/P1-3-2", Nearness.SAME_ENTRANCE),
    ("YQL/P1/P1-3/P1-3-1/P1-3-1-101", Nearness.SAME_BUILDING),
    ("YQL/P1/P1-30", Nearness.SAME_PHASE),  # not building 3
    ("YQL/P2/P2-3", Nearness.SAME_SITE),
    ("", Nearness.UNKNOWN),
]


@pytest.mark.parametrize(("path", "expected"), LAST_SEEN)
def test_nearness_is_the_deepest_place_shared(path: str, expected: Nearness) -> None:
    assert nearness(WAY, path) == expected


def test_on_a_site_without_phases_a_building_is_still_a_building() -> None:
    way = [("XH", PlaceKind.COMMUNITY), ("XH/3", PlaceKind.BUILDING), ("XH/3/3-2", PlaceKind.ENTRANCE)]
    assert nearness(way, "XH/3/3-1") == Nearness.SAME_BUILDING
    assert nearness(way, "XH/4") == Nearness.SAME_SITE


def somebody(staff_id: int, **facts: object) -> Candidate:
    return Candidate(**{"staff_id": staff_id, "name": f"员工{staff_id}", "capacity": 5, **facts})  # type: ignore[arg-type]


def test_the_points_of_one_candidate_add_up() -> None:
    best = rank([somebody(1, load=1, nearness=Nearness.SAME_BUILDING, has_served=True)], Urgency.P3)[0]

    assert best.score == 20 + 24 + 15 + 15 + 15
    assert best.reasons == (
        "手上没有特急工单（20 分）",
        "手头 1 单，可承接 5 单（24 分）",
        "在同一栋楼（15 分）",
        "曾为这一户服务（15 分）",
        "近七天 0 单（15 分）",
    )


PREFERRED = [
    # who goes first, who second, urgency
    (somebody(1), somebody(2, load=2), Urgency.P3),
    (somebody(1, nearness=Nearness.SAME_ENTRANCE), somebody(2, nearness=Nearness.SAME_SITE), Urgency.P3),
    (somebody(1, has_served=True), somebody(2), Urgency.P3),
    (somebody(1, is_keeper=True), somebody(2), Urgency.P3),
    (somebody(1, recent=2), somebody(2, recent=9), Urgency.P3),
    (somebody(1), somebody(2, urgent=1), Urgency.P3),
    # Full hands come after everybody else, however near …
    (somebody(1, recent=9), somebody(2, load=5, nearness=Nearness.SAME_ENTRANCE, has_served=True), Urgency.P3),
    # … but danger to life interrupts ordinary work,
    (somebody(1, load=5, nearness=Nearness.SAME_ENTRANCE), somebody(2, nearness=Nearness.SAME_PHASE), Urgency.P1),
    # and not another danger to life.
    (somebody(1), somebody(2, load=1, urgent=1), Urgency.P1),
    # The lead stays free to dispatch, as long as somebody else has a hand free.
    (somebody(2), somebody(1, is_lead=True), Urgency.P3),
    (somebody(1, is_lead=True), somebody(2, load=5), Urgency.P3),
    # All equal: the same one every time.
    (somebody(1), somebody(2), Urgency.P3),
]


@pytest.mark.parametrize(("first", "second", "urgency"), PREFERRED)
def test_who_is_preferred(first: Candidate, second: Candidate, urgency: Urgency) -> None:
    assert [ranked.staff_id for ranked in rank([second, first], urgency)] == [first.staff_id, second.staff_id]


people = st.builds(
    Candidate,
    staff_id=st.integers(1, 50),
    name=st.just("某人"),
    capacity=st.integers(1, 9),
    load=st.integers(0, 12),
    urgent=st.integers(0, 2),
    recent=st.integers(0, 40),
    nearness=st.sampled_from(Nearness),
    has_served=st.booleans(),
    is_keeper=st.booleans(),
    is_lead=st.booleans(),
)


@given(st.lists(people, unique_by=lambda c: c.staff_id, max_size=12), st.sampled_from(Urgency), st.randoms())
def test_the_ranking_does_not_depend_on_the_order_of_asking(
    crowd: list[Candidate], urgency: Urgency, random: object
) -> None:
    shuffled = list(crowd)
    random.shuffle(shuffled)  # type: ignore[attr-defined]

    ranking = rank(crowd, urgency)
    assert ranking == rank(shuffled, urgency)
    assert {ranked.staff_id for ranked in ranking} == {candidate.staff_id for candidate in crowd}
    assert [r.score for r in ranking] == sorted((r.score for r in ranking), reverse=True)


@given(people, st.sampled_from(Urgency))
def test_more_work_never_makes_somebody_more_eligible(candidate: Candidate, urgency: Urgency) -> None:
    from dataclasses import replace

    busier = replace(candidate, load=candidate.load + 1)
    assert rank([busier], urgency)[0].score <= rank([candidate], urgency)[0].score


def test_every_level_has_its_sentence() -> None:
    ranking = rank([somebody(1)], Urgency.P3)
    said = {summary(level, "张强", ranking) for level in Level}
    assert len(said) == len(Level)
    assert summary(Level.CANDIDATE, "员工1", ranking) == "当班可派 1 人，员工1 70 分最高。"
