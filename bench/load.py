"""Clients that ask over HTTP without a pause, each on a connection of its own, and what they saw."""

from __future__ import annotations

import http.client
import statistics
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

from bench.kit import percentile

PATIENCE = 120  # seconds; the first requests wait for the model to learn, and a busy machine takes its time


@dataclass(frozen=True)
class Ask:
    """One request."""

    path: str
    method: str = "GET"
    body: bytes | None = None
    headers: dict[str, str] = field(default_factory=dict)


def _status(line: http.client.HTTPConnection, request: Ask) -> str:
    """The answer's, or what went wrong with the line; the next request then opens it anew."""
    try:
        line.request(request.method, request.path, request.body, request.headers)
        answer = line.getresponse()
        answer.read()
    except (OSError, http.client.HTTPException) as fault:
        line.close()
        return type(fault).__name__
    return str(answer.status)


@dataclass
class Seen:
    """`seconds` it went on, the latency of each answer (seconds), and the statuses that were no success."""

    seconds: float
    latencies: list[float]
    errors: Counter[str]

    @property
    def rate(self) -> float:
        return len(self.latencies) / self.seconds

    @property
    def p50(self) -> float:
        return statistics.median(self.latencies) * 1000

    @property
    def p95(self) -> float:
        return percentile(self.latencies, 0.95) * 1000


def press(port: int, ask: Callable[[int], Ask], *, clients: int, seconds: float) -> Seen:
    """`ask(n)` is the nth request of all. Raises RuntimeError when nothing at all succeeded."""
    numbers, lock = iter(range(10**9)), threading.Lock()
    latencies: list[float] = []
    errors: Counter[str] = Counter()
    until = time.perf_counter() + seconds

    def client() -> None:
        line = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
        while time.perf_counter() < until:
            with lock:
                number = next(numbers)
            request = ask(number)
            began = time.perf_counter()
            status = _status(line, request)
            if status.startswith("2"):
                latencies.append(time.perf_counter() - began)
            else:
                errors[status] += 1
        line.close()

    began = time.perf_counter()
    crowd = [threading.Thread(target=client) for _ in range(clients)]
    for each in crowd:
        each.start()
    for each in crowd:
        each.join()
    if not latencies:
        raise RuntimeError(f"nothing succeeded: {dict(errors)}")
    return Seen(time.perf_counter() - began, latencies, errors)
