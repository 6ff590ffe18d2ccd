"""What households say when they are asked follows from who they are: the same again, and never nonsense."""

from datetime import date

import pytest

from zhongshu.collecting.kinds import Outcome
from zhongshu.community.kinds import Question
from zhongshu.community.policies.surveying import is_whole
from zhongshu.simulation.paying import KEEPS_WORD, KINDS, SAYS, Kind
from zhongshu.simulation.surveys import answer_of

QUARTER = date(2026, 4, 1)
HOMES = [f"1-1-{number}.1" for number in range(300)]


def test_a_household_answers_the_same_again_and_another_quarter_anew() -> None:
    said = [answer_of("7:QY", number, QUARTER) for number in HOMES]
    assert said == [answer_of("7:QY", number, QUARTER) for number in HOMES]
    assert said != [answer_of("7:QY", number, date(2026, 7, 1)) for number in HOMES]


def test_some_answer_with_whole_marks_and_some_of_them_badly() -> None:
    answers = [said for number in HOMES if (said := answer_of("7:QY", number, QUARTER))]
    assert 60 < len(answers) < 130
    assert all(is_whole(said.marks) for said in answers)
    assert any(said.marks[Question.OVERALL] <= 2 for said in answers)
    assert any(said.problem for said in answers)


@pytest.mark.parametrize("kind", Kind)
def test_every_kind_of_payer_says_something_and_is_held_to_it_or_not(kind: Kind) -> None:
    assert set(SAYS[kind]) <= set(Outcome)
    assert 0 <= KEEPS_WORD[kind] <= 1
    assert KINDS[kind] > 0
