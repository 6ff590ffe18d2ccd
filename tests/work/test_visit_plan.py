"""The plan of a day: an optimum that no greedy dispatcher beats, every order once, every slot kept."""

from itertools import permutations

from hypothesis import given, settings
from hypothesis import strategies as st

from zhongshu.work.policies import visits as rules
from zhongshu.work.policies.visits import Visit, Walker, assign, greedy, keeps_slots, ordered, planned, total_cost, walk

NINE = 9 * 60
PLACES = [f"S/P{p}/P{p}-{b}/P{p}-{b}-{e}" for p in (1, 2) for b in (1, 2) for e in (1, 2)]
SLOTS = [(0, rules.A_DAY, False), (NINE, NINE + 120, True), (NINE + 120, NINE + 240, True)]


@st.composite
def days(draw: st.DrawFn) -> tuple[list[Visit], list[Walker]]:
    walkers = [
        Walker(
            staff_id=pk,
            name=str(pk),
            starts=NINE - draw(st.sampled_from([0, 30, 60])),
            ends=NINE + draw(st.sampled_from([180, 300])),
            capacity=draw(st.integers(0, 4)),
            load=draw(st.integers(0, 2)),
            path=draw(st.sampled_from(["", *PLACES])),
            skills=draw(st.sampled_from([frozenset[str](), frozenset({"plumbing"})])),
        )
        for pk in range(draw(st.integers(1, 3)))
    ]
    slots = draw(st.lists(st.tuples(st.sampled_from(SLOTS), st.sampled_from(PLACES), st.integers(0, 3)), max_size=7))
    visits = [
        Visit(
            order_id=nth,
            path=path,
            category="plumbing",
            opens=opens,
            closes=closes,
            is_booked=is_booked,
            known_to=frozenset({known}),
        )
        for nth, ((opens, closes, is_booked), path, known) in enumerate(slots)
    ]
    return visits, walkers


@settings(max_examples=40)
@given(day=days())
def test_never_worse_than_greedy_every_order_once_and_slots_kept(day: tuple[list[Visit], list[Walker]]) -> None:
    visits, walkers = day
    assignment = assign(visits, walkers)
    assert total_cost(assignment, visits, walkers) <= total_cost(greedy(visits, walkers), visits, walkers)

    plan = planned(visits, walkers)
    made = [stop.order_id for walked in plan.rounds for stop in walked.stops]
    assert sorted([*made, *plan.left]) == [visit.order_id for visit in visits]
    assert keeps_slots(plan, visits)
    by_id = {walker.staff_id: walker for walker in walkers}
    for walked in plan.rounds:
        walker = by_id[walked.staff_id]
        assert len(walked.stops) <= walker.capacity
        assert walked.stops[-1].arrive + rules.VISIT <= walker.ends


@settings(max_examples=25)
@given(day=days())
def test_a_round_is_the_shortest_that_keeps_the_slots(day: tuple[list[Visit], list[Walker]]) -> None:
    visits, walkers = day
    walker = Walker(staff_id=1, name="", starts=NINE - 60, ends=NINE + 300, capacity=9, path=walkers[0].path)
    own = [visit for visit in visits if visit.order_id in assign(visits, [walker])][:5]
    lengths = [rules._length(walker, way) for way in permutations(own)]
    possible = [length for length in lengths if length is not None]
    if possible:
        assert rules._length(walker, ordered(walker, own)) == min(possible)


def test_a_long_round_is_made_shorter_by_exchanging_and_still_keeps_its_slots() -> None:
    walker = Walker(staff_id=1, name="", starts=0, ends=rules.A_DAY, capacity=20, path=PLACES[0])
    own = [Visit(order_id=nth, path=PLACES[(nth * 5) % 8]) for nth in range(rules.EXACT + 3)]
    before, after = rules._length(walker, tuple(own)), rules._length(walker, ordered(walker, own))
    assert before is not None
    assert after is not None
    assert after < before / 2


def test_the_skill_outweighs_the_way_and_knowing_the_account_decides_between_equals() -> None:
    plumber = Walker(staff_id=1, name="张", starts=NINE, ends=NINE + 300, capacity=4, skills=frozenset({"plumbing"}))
    other = Walker(staff_id=2, name="李", starts=NINE, ends=NINE + 300, capacity=4, path=PLACES[0])
    near = Visit(order_id=1, path=PLACES[0], category="plumbing")
    assert assign([near], [plumber, other])[1][0] == 1
    known = Visit(order_id=2, path=PLACES[0], category="cleaning", known_to=frozenset({1}))
    assert assign([known], [plumber, Walker(staff_id=3, name="", starts=NINE, ends=NINE + 300, capacity=4)])[2][0] == 1


def test_the_tree_is_a_map() -> None:
    assert walk(PLACES[0], PLACES[0]) == 0
    assert walk(PLACES[0], PLACES[1]) < walk(PLACES[0], PLACES[2]) < walk(PLACES[0], PLACES[4])
    assert walk("", PLACES[0]) == rules.WALK_MOST
    for a in PLACES:
        for b in PLACES:
            assert walk(a, b) == walk(b, a) <= walk(a, PLACES[3]) + walk(PLACES[3], b)


def test_the_worked_example_of_the_documentation() -> None:
    nine_to_five = {"starts": NINE, "ends": 17 * 60, "capacity": 5}
    plumber = Walker(staff_id=1, name="张强", skills=frozenset({"plumbing"}), **nine_to_five)
    electrician = Walker(staff_id=2, name="李明", skills=frozenset({"electrical"}), **nine_to_five)
    visits = [
        Visit(order_id=1, path="S/P1/P1-3/P1-3-2/P1-3-2-1502", category="plumbing"),
        Visit(
            order_id=2,
            path="S/P1/P1-4/P1-4-1/P1-4-1-101",
            category="plumbing",
            opens=10 * 60,
            closes=12 * 60,
            is_booked=True,
        ),
        Visit(order_id=3, path="S/P1/P1-3/P1-3-2", category="electrical"),
    ]
    first, second = planned(visits, [plumber, electrician]).rounds
    assert [(stop.order_id, stop.arrive) for stop in first.stops] == [(1, 9 * 60 + 15), (2, 10 * 60 + 12)]
    assert [stop.order_id for stop in second.stops] == [3]
    assert total_cost({1: (1, NINE), 2: (1, 600), 3: (2, NINE)}, visits, [plumber, electrician]) == 30 + 35 + 30
