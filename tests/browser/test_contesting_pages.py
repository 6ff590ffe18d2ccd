"""The customer's side of the score on the phone, in large type; plans, records, reviews and judgements at a desk."""

from collections.abc import Callable
from datetime import timedelta

from playwright.sync_api import Page

from tests.house.contested import OWN_SECRET, make_contested
from tests.house.world import World
from zhongshu.care.models import Entry, Policy, ReviewRequest
from zhongshu.cases import actions as cases
from zhongshu.cases.kinds import ComplaintKind
from zhongshu.identity.models import User
from zhongshu.identity.roles import Role
from zhongshu.kernel.clock import day_of, now


def test_a_customer_reads_contests_and_is_answered(
    transactional_db: None,
    on_phone: Callable[..., Page],
    at_desk: Callable[[User], Page],
    accessible: Callable[[Page], None],
    look: Callable[..., None],
) -> None:
    world = World.build(now())
    world.complaint = world.case
    cases.note_complaint(actor=world.cast.system, at=world.at, case_id=world.case.pk, kind=ComplaintKind.COMPLAINT)
    made = make_contested(world)
    ReviewRequest.objects.all().delete()
    today = day_of(world.at)
    Entry.objects.create(
        site=world.site, account=world.account, rule="arrears.3", occurrence=3, points=-1, recorded_at=world.at,
        effective_on=today - timedelta(days=40), policy=Policy.objects.create(site=None, version=1, made_at=world.at),
        source="episode:2026-01-01", reason="物业费欠满 3 个月", customer_reason="物业费有 3 个月未交。",
    )  # fmt: skip
    customer = on_phone(None)
    customer.goto(f"/care/e/{OWN_SECRET}")
    accessible(customer)
    customer.get_by_role("button", name="打开说明").click()
    customer.get_by_text("物业费有 3 个月未交。", exact=True).wait_for()
    customer.evaluate("document.documentElement.classList.add('large-type')")
    customer.get_by_text("有意见，申请人工复核").click()
    customer.get_by_label("您的意见").fill("二月已经交过了")
    look(customer, "own-score", whole=True)
    accessible(customer)
    wide = customer.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wide == 0
    customer.get_by_role("button", name="申请人工复核").click()
    customer.get_by_text("已收到").wait_for()
    desk = at_desk(world.cast.user(Role.SITE_MANAGER, world.site))
    desk.goto("/care/reviews")
    desk.get_by_role("link", name="二月已经交过了").click()
    desk.get_by_label("物业费有 3 个月未交").check()
    desk.get_by_label("答复和理由").fill("查到二月的收据，已更正")
    look(desk, "care-review")
    accessible(desk)
    desk.get_by_role("button", name="答复客户").click()
    desk.get_by_text("已答复，客户会收到").wait_for()
    customer.goto(f"/care/e/{OWN_SECRET}")
    customer.get_by_text("查到二月的收据，已更正").wait_for()
    pages = ("plans", f"plans/{made['plan'].pk}", "records", f"records/{made['record'].pk}")
    for name in (*pages, f"accounts/{world.account.number}/explanation"):
        desk.goto(f"/care/{name}")
        look(desk, f"care-{name.replace('/', '-')}")
        accessible(desk)
    quality = at_desk(world.cast.user(Role.QUALITY, world.site))
    for name in ("judgements", f"judgements/{made['sample'].pk}", f"judgements/sampled/{made['judgement'].pk}"):
        quality.goto(f"/quality/{name}")
        look(quality, f"quality-{name.replace('/', '-')}")
        accessible(quality)
