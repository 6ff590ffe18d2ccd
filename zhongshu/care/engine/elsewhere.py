"""Sites whose days are evaluated by another clock for now: whoever moves it, above, knows; asked for here."""

from collections.abc import Callable, Collection

Answer = Callable[[], Collection[int]]
_answers: list[Answer] = []


def told_by(answer: Answer) -> Answer:
    """Decorator of the one function that knows: the ids of those sites."""
    _answers[:] = [answer]
    return answer


def evaluated_elsewhere() -> Collection[int]:
    """None, where nobody knows of any."""
    return _answers[0]() if _answers else ()
