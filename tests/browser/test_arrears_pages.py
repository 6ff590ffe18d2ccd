"""The pages of arrears as people see them: on the desk and in the hand, in both languages."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from playwright.sync_api import Page

from tests.cast import Cast
from tests.collecting.site import Site
from zhongshu.billing.queries.statements import statement
from zhongshu.collecting import actions
from zhongshu.collecting.kinds import Reason
from zhongshu.collecting.policies.plans import even
from zhongshu.identity.roles import Role
from zhongshu.kernel.clock import now

DESK = ("arrears", "overview", "pursuit", "accounts/H101", "accounts/H101/plans", "plans/{plan}")
HAND = ("m/day", "m/accounts/H101")
SignIn = Callable[..., Page]


@pytest.fixture
def site(cast: Cast) -> Site:
    return Site(cast, now(), Site.account_of(cast, "A-1")).settle()


@pytest.mark.django_db(transaction=True)
def test_they_are_readable_to_everybody(
    site: Site, at_desk: SignIn, on_phone: SignIn, look: Callable[..., None], accessible: Callable[[Page], None]
) -> None:
    account, today = site.homes["101"], site.today
    by = {"actor": site.manager, "at": site.at, "account_id": account.pk}
    parts = even(statement(account.pk, today).total, first_on=today + timedelta(days=9), count=3)
    plan = actions.agree_plan(**by, agreed_on=today, agreed_with="业主H101", instalments=parts)
    actions.note_reason(**by, kind=Reason.AWAY, note="在外地")
    user = site.cast.user(Role.SITE_MANAGER, site.cast.yql)
    for language in ("zh-hans", "en"):
        user.language = language
        user.save()
        desk, hand = at_desk(user), on_phone(user)
        for page, paths in ((desk, DESK), (hand, HAND)):
            for path in paths:
                page.goto(f"/collecting/{path.format(plan=plan.pk)}")
                accessible(page)
                look(page, f"collecting-{path.partition('{')[0].strip('/').replace('/', '-')}-{language}")
        desk.goto("/billing/accounts/H101/statement")
        accessible(desk)
        look(desk, f"billing-statement-{language}")
