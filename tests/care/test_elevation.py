"""How a building is drawn from its flats."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhongshu.care.policies.elevation import Flat, blocks, door_of


@pytest.mark.parametrize(
    ("floor", "room", "door"),
    [(15, "1502", "02"), (1, "101", "01"), (1, "1", "1"), (None, "1502", "1502"), (-1, "B102", "B102")],
)  # fmt: skip
def test_a_door_is_the_room_without_its_storey(floor: int | None, room: str, door: str) -> None:
    assert door_of(Flat(1, "", floor, room)) == door


def test_storeys_from_the_top_and_doors_from_the_left() -> None:
    rooms = [(1, "1单元", 1, "101"), (2, "1单元", 2, "201"), (3, "1单元", 2, "202"), (4, "2单元", None, "门卫")]
    first, second = blocks(Flat(*room) for room in rooms)
    assert (first.entrance, first.doors) == ("1单元", ["01", "02"])
    assert [(row.floor, [flat and flat.place_id for flat in row.flats]) for row in first.storeys] == [
        (2, [2, 3]),
        (1, [1, None]),
    ]
    assert [(row.floor, row.flats) for row in second.storeys] == [(None, [Flat(4, "2单元", None, "门卫")])]


FLATS = st.lists(
    st.tuples(
        st.sampled_from(["", "1单元", "2单元"]),
        st.none() | st.integers(-2, 3),
        st.sampled_from(["1", "11", "101", "1101", "201", "B102", ""]),
    ),
    max_size=20,
)


@given(FLATS)
def test_no_flat_is_lost_and_none_drawn_twice(rooms: list[tuple[str, int | None, str]]) -> None:
    flats = [Flat(nth, *room) for nth, room in enumerate(rooms)]
    drawn = [flat for block in blocks(flats) for storey in block.storeys for flat in storey.flats if flat]
    assert sorted(flat.place_id for flat in drawn) == [flat.place_id for flat in flats]
