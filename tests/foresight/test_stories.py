"""Learned, measured, switched on, foreseen, objected to, switched off."""

from datetime import date, timedelta
from io import StringIO
from json import loads
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from bench.lives import lived, written
from tests.cast import Cast
from tests.foresight.conftest import AT, BEGIN, MONTHS, TODAY, learned
from zhongshu.estate.models import Account
from zhongshu.foresight import actions, jobs
from zhongshu.foresight.errors import NoObjection, NothingLearned, NothingToLearn, SwitchedOff
from zhongshu.foresight.kinds import Feature
from zhongshu.foresight.models import Forecast, Learning, Objection
from zhongshu.foresight.queries import forecasts
from zhongshu.foresight.queries.state import formula_of, in_use, quality_of
from zhongshu.identity.models import Site
from zhongshu.identity.roles import Role
from zhongshu.kernel.errors import Invalid, NotFound

pytestmark = pytest.mark.django_db


def command(*args: str) -> Any:
    out = StringIO()
    call_command("foresight", *args, "--json", stdout=out, stderr=StringIO())
    return loads(out.getvalue())


def on(cast: Cast, site: Site | None = None) -> None:
    actions.switch(actor=cast.system, at=AT, site=site, is_on=True, reason="试用")


def test_what_was_planted_is_found_what_was_not_is_not(cast: Cast) -> None:
    Site.objects.get(pk=written(lived(320, BEGIN, MONTHS, seed=5), BEGIN, MONTHS, code="LIVES"))
    row = actions.learn(actor=cast.system, at=AT)
    weights, quality = formula_of(row).weights, quality_of(row)
    planted = (Feature.LATE_REPAIRS, Feature.UPHELD, Feature.ABSENT, Feature.HARDSHIP)
    assert min(weights[name] for name in planted) > 0.2
    assert {weights[name] for name in (Feature.BOUNCED, Feature.REOPENED, Feature.DISPUTES)} == {0}
    assert row.is_adopted
    assert in_use() == row
    assert quality.brier < quality.rule_brier < quality.base_brier
    assert quality.skill_from > 0.05


def test_a_young_site_is_told_what_is_missing(cast: Cast) -> None:
    with pytest.raises(NothingToLearn, match="还没有账单"):
        actions.learn(actor=cast.system, at=AT, on=date(1, 1, 1))
    written(lived(20, BEGIN, MONTHS, seed=1), BEGIN, MONTHS, code="SMALL")
    with pytest.raises(NothingToLearn, match="例子太少"):
        actions.learn(actor=cast.system, at=AT)
    with pytest.raises(Invalid):
        actions.learn(actor=cast.system, at=AT, on=TODAY + timedelta(days=1))
    for on in (date(1, 1, 1), date(2024, 1, 1)):
        with pytest.raises(NothingToLearn, match="个月才够学习"):
            actions.learn(actor=cast.system, at=AT, on=on)
    with pytest.raises(CommandError, match="2026-01-31"):
        command("learn", "--on", "2025-13-40")
    assert not Learning.objects.exists()


def test_off_until_something_better_than_the_base_rate_was_learned(cast: Cast, estate: Site) -> None:
    with pytest.raises(NothingLearned):
        on(cast)
    learned(adopted=False, in_use=None)
    with pytest.raises(NothingLearned):
        on(cast)
    learned()
    with pytest.raises(SwitchedOff):
        actions.foresee(actor=cast.system, at=AT, site_id=estate.pk)
    on(cast)
    assert actions.foresee(actor=cast.system, at=AT, site_id=estate.pk).accounts > 20
    learned(adopted=False, in_use={"skill": -0.1, "brier": 0.1})  # the world has changed
    with pytest.raises(NothingLearned):
        actions.foresee(actor=cast.system, at=AT, site_id=estate.pk)


def test_who_may_switch(cast: Cast, estate: Site) -> None:
    learned()
    manager = cast.actor(Role.SITE_MANAGER, estate)
    with pytest.raises(NotFound):
        actions.switch(actor=manager, at=AT, site=None, is_on=True, reason="试用")
    on(cast)
    actions.switch(actor=manager, at=AT, site=estate, is_on=False, reason="本项目不用")
    assert jobs.of_week(AT + timedelta(days=1)) == 2  # YQL and XH follow the company
    with pytest.raises(SwitchedOff):
        actions.foresee(actor=cast.system, at=AT, site_id=estate.pk)
    with pytest.raises(Invalid):
        actions.switch(actor=manager, at=AT, site=estate, is_on=True, reason="  ")


def test_foreseen_objected_to_and_switched_off(cast: Cast, estate: Site) -> None:
    learned()
    on(cast)
    done = command("predict", "--site", "LIVES", "--on", str(TODAY))
    chances = [row["probability"] for row in done["forecasts"]]
    assert chances == sorted(chances, reverse=True)
    assert done["accounts"] == len(chances) == Forecast.objects.count()
    likeliest = done["forecasts"][0]
    assert any(reason["raises"] for reason in likeliest["reasons"])
    command("predict", "--site", "LIVES", "--on", str(TODAY))  # the same day again is the same day
    assert Forecast.objects.count() == len(chances)
    account = Account.objects.get(number=likeliest["account"], site=estate)
    for _twice in range(2):
        actions.object_to(actor=cast.system, at=AT, account=account, reason="不想被预测")
    assert Objection.objects.count() == 1
    assert command("predict", "--site", "LIVES", "--on", str(TODAY))["accounts"] == len(chances) - 1
    actions.withdraw_objection(actor=cast.system, at=AT, account=account)
    with pytest.raises(NoObjection):
        actions.withdraw_objection(actor=cast.system, at=AT, account=account)
    assert command("predict", "--site", "LIVES", "--on", str(TODAY))["accounts"] == len(chances)
    with pytest.raises(CommandError, match="公式学到的那天"):
        command("predict", "--site", "LIVES", "--on", "2025-01-01")
    command("switch", "off", "--reason", "不再使用")
    assert not Forecast.objects.exists()
    assert command("report", "--site", "LIVES")["on"] is False


def test_what_was_said_is_held_against_what_happened(cast: Cast, estate: Site) -> None:
    learning, said = learned(), TODAY - timedelta(days=300)
    pks = list(Account.objects.filter(site=estate).values_list("pk", flat=True))
    Forecast.objects.bulk_create(
        Forecast(site=estate, account_id=pk, learning=learning, on=said, months=0, probability=0.2) for pk in pks
    )
    on(cast)
    assert forecasts.lived(estate.pk) is None
    actions.foresee(actor=cast.system, at=AT, site_id=estate.pk)
    came = forecasts.lived(estate.pk)
    assert came is not None
    assert (came.rows, came.first_on, came.last_on) == (len(pks), said, said)
    assert 0 < came.happened < came.rows
    assert came.brier == pytest.approx((0.64 * came.happened + 0.04 * (came.rows - came.happened)) / came.rows)
    assert command("report", "--site", "LIVES")["lived"]["happened"] == came.happened


def test_the_first_of_each_month_is_kept_to_be_checked(cast: Cast, estate: Site) -> None:
    learned()
    on(cast)
    for days in (0, 7, 14, 35, 42):
        actions.foresee(actor=cast.system, at=AT + timedelta(days=days), site_id=estate.pk)
    kept = sorted(set(Forecast.objects.values_list("on", flat=True)))
    assert [(day - TODAY).days for day in kept] == [0, 35, 42]


def test_pages_and_programs(cast: Cast, estate: Site) -> None:
    learned()
    on(cast)
    actions.foresee(actor=cast.system, at=AT, site_id=estate.pk)
    client = Client()
    client.force_login(cast.user(Role.SITE_MANAGER, estate))
    page = client.get("/foresight/?least=5").content.decode()
    first = forecasts.newest(cast.system, estate.pk)[0].account
    assert page.index(first.number) > 0
    assert "我们能补救" in page
    card = client.get("/foresight/formula").content.decode()
    assert all(word in card for word in ("0.0600", "近 6 个月超时的工单", "不看年龄", "plot-reliability"))
    told = client.get("/api/v1/foresight/forecasts?site=LIVES&page_size=1").json()["items"]
    assert [row["account"] for row in told] == [first.number]
    answer = client.post(f"/foresight/accounts/{first.number}", {"reason": ""})
    assert answer.status_code == 422
    client.post(f"/foresight/accounts/{first.number}", {"reason": "客户不同意"})
    assert "客户不同意" in client.get(f"/foresight/accounts/{first.number}").content.decode()
    refused = client.post("/foresight/switches", {"scope": "site", "position": "off", "reason": ""})
    assert refused.status_code == 422
    client.post("/foresight/switches", {"scope": "site", "position": "off", "reason": "先不用"})
    assert "欠费预见没有启用" in client.get("/foresight/").content.decode()
    assert client.get("/api/v1/foresight/reports/LIVES").json()["site_switch"] is False


def test_a_keeper_sees_their_own_and_a_stranger_nothing(cast: Cast, estate: Site) -> None:
    learned()
    on(cast)
    actions.foresee(actor=cast.system, at=AT, site_id=estate.pk)
    keeper = cast.actor(Role.KEEPER, estate)
    assert not forecasts.newest(keeper, estate.pk).exists()
    mine = Forecast.objects.filter(site=estate).earliest("pk")
    Forecast.objects.filter(pk=mine.pk).update(keeper=keeper.user_id)
    assert list(forecasts.newest(keeper, estate.pk)) == [mine]
    assert not forecasts.newest(cast.actor(Role.SITE_MANAGER, cast.xh), estate.pk).exists()
    stranger = cast.actor(Role.SITE_MANAGER, cast.xh)
    with pytest.raises(NotFound):
        actions.object_to(actor=stranger, at=AT, account=mine.account, reason="不")
