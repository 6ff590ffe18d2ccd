"""The page on which a dwelling pays: known by whoever takes money online, a sibling; asked for here."""

from collections.abc import Callable, Collection

Answer = Callable[[Collection[int]], dict[int, str]]
_answers: list[Answer] = []


def answered_by(answer: Answer) -> Answer:
    """Decorator of the one function that knows: by place, the path of its page, of these places that have one."""
    _answers[:] = [answer]
    return answer


def pay_links(place_ids: Collection[int]) -> dict[int, str]:
    """None, where nobody knows."""
    return _answers[0](place_ids) if _answers and place_ids else {}
