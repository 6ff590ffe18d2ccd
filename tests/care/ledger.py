"""A site with two keepers and three homes, and points as a story wants them."""

from datetime import timedelta
from typing import Any

from tests.billing.till import DAY
from tests.collecting.site import Site
from zhongshu.care.models import Entry, Policy
from zhongshu.estate.models import KeeperTerritory


class Ledger(Site):
    """On 2026-11-04 H101 has 77 points after a fall in October, H102 the medal, H201 all its points back; A-1, which
    has no dwelling, never lost any."""

    def begin(self) -> "Ledger":
        self.settle()
        self.enters("101", -11, "2026-09-10")
        self.enters("101", -12, "2026-10-20")
        self.enters("201", -8, "2025-11-01", in_force_until=DAY("2026-11-01"))
        self.enters("102", 20, "2026-10-10", rule="prepaid.12", in_force_until=DAY("2027-11-01"))
        return self

    def enters(self, room: str, points: int, on: str, *, rule: str = "complaint.major", **facts: Any) -> Entry:
        policy, _ = Policy.objects.get_or_create(site=None, version=1, defaults={"made_at": self.at})
        return Entry.objects.create(
            site_id=self.site_id, account=self.homes[room], rule=rule, occurrence=1, points=points,
            effective_on=DAY(on), policy=policy, source=f"test:{next(self.numbers)}",
            **{"recorded_at": self.at - timedelta(days=200)} | facts,
        )  # fmt: skip

    def keeper(self, building: str) -> int:
        return KeeperTerritory.objects.get(place__code=building).keeper_id
