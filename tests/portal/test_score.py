"""Residents read the score of their home, keep a copy and ask for a person; of their neighbours they see nothing."""

from datetime import timedelta

from django.test import Client

from tests.console.conftest import SignedIn
from tests.house.world import World
from zhongshu.care.models import Entry, Policy, ReviewRequest
from zhongshu.estate.models import Account, Customer
from zhongshu.identity.roles import Role
from zhongshu.kernel.clock import day_of


def test_a_resident_reads_keeps_and_contests_what_is_theirs(world: World, signed_in: SignedIn) -> None:
    Customer.objects.filter(pk=world.customer.pk).update(user=signed_in.user(Role.RESIDENT))
    world.grow()
    neighbour = Account.objects.exclude(pk=world.account.pk).exclude(customer=None).latest("pk")
    entry = Entry.objects.create(
        site=world.site, account=world.account, rule="arrears.3", occurrence=3, points=-1, recorded_at=world.at,
        effective_on=day_of(world.at) - timedelta(days=9), policy=Policy.objects.create(version=1, made_at=world.at),
        source="episode:2026-01-01", reason="物业费欠满 3 个月", customer_reason="物业费有 3 个月未交。",
    )  # fmt: skip
    resident = signed_in(Role.RESIDENT)
    where = f"/resident/score/{world.account.pk}"
    assert where in resident.get("/resident/").content.decode()
    assert "物业费有 3 个月未交" in resident.get(where).content.decode()
    assert resident.get(f"{where}/copy").content.startswith(b"%PDF-")
    refused = resident.post(f"{where}/reviews", {"words": " ", "entry_id": entry.pk})
    assert (refused.status_code, ReviewRequest.objects.count()) == (422, 0)
    assert resident.post(f"{where}/reviews", {"words": "已交", "entry_id": entry.pk}).headers["Location"] == where
    assert "待复核" in resident.get(where).content.decode()
    theirs = f"/resident/score/{neighbour.pk}"
    assert [resident.get(theirs).status_code, resident.get(f"{theirs}/copy").status_code] == [404, 404]
    assert resident.post(f"{theirs}/reviews", {"words": "我"}).status_code == 404
    assert Client().get(where).status_code == 302
