"""How well sentences are judged that were never learned from."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from zhongshu.cases.classification.classifier import Classification
from zhongshu.cases.classification.examples import Example
from zhongshu.cases.classification.labels import Category, Urgency


@dataclass(frozen=True, slots=True)
class Quality:
    """Counts on a set of sentences. `top_three`: the right category is suggested or among the first two others.

    `dangers_heard` of `dangers` were called P1; `false_alarms` of the others were too. `unasked` went through without a
    person, `unasked_right` of them with the right category. By category: sentences, those found, those called so.
    """

    sentences: int
    category: int
    top_three: int
    urgency: int
    team: int
    referrals: int
    dangers: int
    dangers_heard: int
    false_alarms: int
    unasked: int
    unasked_right: int
    by_category: dict[str, tuple[int, int, int]]


def measure(examples: Sequence[Example], judge: Callable[[str], Classification]) -> Quality:
    """Ask `judge` about each sentence and count."""
    found = [(example, judge(example.text)) for example in examples]
    dangers = [said for example, said in found if example.urgency == Urgency.P1]
    others = [said for example, said in found if example.urgency != Urgency.P1]
    unasked = [(example, said) for example, said in found if not said.needs_person]
    return Quality(
        sentences=len(found),
        category=sum(said.category == example.category for example, said in found),
        top_three=sum(example.category in _first_three(said) for example, said in found),
        urgency=sum(said.urgency == example.urgency for example, said in found),
        team=sum(said.team == example.team for example, said in found),
        referrals=sum(set(said.referrals) == set(example.referrals) for example, said in found),
        dangers=len(dangers),
        dangers_heard=sum(said.urgency == Urgency.P1 for said in dangers),
        false_alarms=sum(said.urgency == Urgency.P1 for said in others),
        unasked=len(unasked),
        unasked_right=sum(said.category == example.category for example, said in unasked),
        by_category={category.value: _of(category, found) for category in Category},
    )


def is_better(new: Quality, old: Quality) -> bool:
    """No danger missed that was heard, no alarm more, and more categories right; with as many, more teams right."""
    if new.dangers_heard < old.dangers_heard or new.false_alarms > old.false_alarms:
        return False
    return (new.category, new.team) > (old.category, old.team)


def _first_three(said: Classification) -> tuple[str, ...]:
    return (said.category, *(name for name, _share in said.alternatives[:2]))


def _of(category: Category, found: Sequence[tuple[Example, Classification]]) -> tuple[int, int, int]:
    return (
        sum(example.category == category for example, _said in found),
        sum(example.category == said.category == category for example, said in found),
        sum(said.category == category for _example, said in found),
    )
