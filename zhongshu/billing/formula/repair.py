"""A suggestion for a text that is no formula: the nearest one that is."""

from heapq import heappop, heappush
from itertools import count
from typing import Final

from zhongshu.billing.formula.errors import Unreadable
from zhongshu.billing.formula.names import EXAMPLE
from zhongshu.billing.formula.nearest import salvaged
from zhongshu.billing.formula.parser import parse

_TRIES: Final = 150
_LONGEST: Final = 200


def suggested(text: str) -> str:
    """A formula that parses: by the fewest mendings, else of what is known in the text, else an example."""
    return _mended(text) or _mended(salvaged(text[:_LONGEST])) or EXAMPLE


def _mended(text: str) -> str:
    """Cheapest first over what each refusal offers; empty when nothing near is found."""
    if not text or len(text) > _LONGEST:
        return ""
    order = count()  # among equals the first offered
    heap = [(0.0, next(order), text)]
    seen = {text}
    for _try in range(_TRIES):
        if not heap:
            return ""
        cost, _order, candidate = heappop(heap)
        try:
            parse(candidate)
        except Unreadable as refusal:
            for fix in refusal.fixes:
                better = fix.on(candidate)
                if better not in seen:
                    seen.add(better)
                    heappush(heap, (cost + fix.cost, next(order), better))
        else:
            return candidate.strip()
    return ""
