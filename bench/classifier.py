"""How good and how fast the classifier is: `python -m bench.classifier` from the project's root."""

import os
import platform
import statistics
import time
from collections import Counter

import sklearn

from zhongshu.cases.classification import Urgency, classify
from zhongshu.cases.classification.examples import holdout_examples, training_examples
from zhongshu.cases.classification.shipped import shipped_model


def main() -> None:
    """Print machine, sizes, quality on the hold-out and times."""
    start = time.perf_counter()
    shipped_model()
    training = time.perf_counter() - start
    holdout = holdout_examples()
    machine = f"{platform.machine()} {platform.system()}, {os.cpu_count()} cores"
    print(f"{machine} · Python {platform.python_version()} · scikit-learn {sklearn.__version__}")
    print(f"training sentences {len(training_examples())} · hold-out {len(holdout)} · fit {training:.2f} s")
    _print_quality(holdout)
    _print_times([example.text for example in holdout])


def _print_quality(holdout) -> None:
    found = [(example, classify(example.text)) for example in holdout]
    for field in ("category", "urgency", "team", "referrals"):
        right = sum(getattr(e, field) == getattr(c, field) for e, c in found)
        print(f"{field:10} {right / len(found):6.1%}")
    among = sum(e.category in (c.category, *(name for name, _share in c.alternatives[:2])) for e, c in found)
    print(f"category among the first three {among / len(found):.1%}")
    sure = [(e, c) for e, c in found if not c.needs_person]
    right = sum(e.category == c.category for e, c in sure)
    print(f"without a person {len(sure) / len(found):.0%}, of these right {right / len(sure):.1%}")
    _print_dangers(found)
    total, hits = (
        Counter(e.category for e, _ in found),
        Counter(e.category for e, c in found if e.category == c.category),
    )
    for category, count in sorted(total.items()):
        print(f"  {category:18} {hits[category]:2}/{count:2}")


def _print_dangers(found) -> None:
    dangers = [c for e, c in found if e.urgency == Urgency.P1]
    others = [c for e, c in found if e.urgency != Urgency.P1]
    heard = sum(c.urgency == Urgency.P1 for c in dangers)
    alarms = sum(c.urgency == Urgency.P1 for c in others)
    asked = sum(c.urgency != Urgency.P1 and c.needs_person for c in dangers)
    print(f"P1 recall {heard}/{len(dangers)}, {asked} more asked about · false alarms {alarms}/{len(others)}")


def _print_times(texts: list[str]) -> None:
    times = []
    for text in texts * 5:
        start = time.perf_counter()
        classify(text)
        times.append((time.perf_counter() - start) * 1000)
    p95 = statistics.quantiles(times, n=20)[-1]
    print(f"ms a sentence: median {statistics.median(times):.2f} · p95 {p95:.2f} · max {max(times):.2f}")


if __name__ == "__main__":
    main()
