"""The same words from different callers: whose number it is and what he reported before settle much."""

from datetime import UTC, datetime, timedelta

import pytest

from zhongshu.estate.addressing import Caller, PastMatter, SiteLayout, VerdictStatus, resolve

from . import worked_examples as said

NOW = datetime(2026, 11, 3, 9, tzinfo=UTC)
HISTORY = (
    PastMatter("P1-3-2-1502", "厨房水管漏水", "plumbing", NOW - timedelta(days=9)),
    PastMatter("P2-5-1-802", "家里跳闸没电", "electrical", NOW - timedelta(days=3)),
    PastMatter("PK-B1-236", "车位被占", "parking", NOW - timedelta(days=1)),
)
LI = Caller(registered=("P2-3-2-1502",), history=HISTORY)
OWNER_OF_TWO = Caller(registered=("P2-3-2-1502", "P1-1-1-101"))
STRANGER = Caller()


@pytest.mark.parametrize(
    ("text", "status", "places"),
    [
        ("三栋二单元1502", "unique", "P2-3-2-1502"),
        ("3-2-1602", "ambiguous", "P1-3-2-1602 P2-3-2-1602"),
        ("一期3栋2单元1502", "conflict", "P1-3-2-1502 P2-3-2-1502"),
        ("P2-3-2-1502", "unique", "P2-3-2-1502"),
        ("1502漏水", "unique", "P2-3-2-1502"),
        ("楼上1602漏水", "conflict", "P2-3-2-1602 P2-3-2-1502"),
        ("家里停水了", "unique", "P2-3-2-1502"),
        ("", "unique", "P2-3-2-1502"),
        ("15楼漏水", "unique", "P2-3-2-1502"),
        ("15楼楼道灯不亮", "public_area", "P2-3-2-F15"),
        ("2单元右侧电梯", "public_area", "EQ-P2-3-2-R"),
        ("3栋停电", "public_area", "P2-3"),
        ("5栋1单元7楼楼道", "ambiguous", "P1-5-1-F7 P2-5-1-F7"),
        ("东门坏了", "public_area", "PUB-GATE-E"),
        ("B1-236车位被占", "unique", "PK-B1-236"),
        ("一期3栋3单元", "nonexistent", ""),
        ("上次修水管那家", "from_history", "P1-3-2-1502"),
        ("上次修水管的3栋那家", "from_history", "P1-3-2-1502"),
        ("老地方", "from_history", "PK-B1-236 P2-5-1-802 P1-3-2-1502"),
        ("还是我上回报的那间", "from_history", "PK-B1-236 P2-5-1-802 P1-3-2-1502"),
        ("上次停车那个地方", "from_history", "PK-B1-236"),
        ("上次修空调那家", "from_history", ""),
        ("上次修过的二期3栋2单元1502又漏", "unique", "P2-3-2-1502"),
    ],
)
def test_a_registered_resident_calls(yql: SiteLayout, text: str, status: str, places: str) -> None:
    verdict = resolve(text, layout=yql, caller=LI)
    assert (verdict.status, verdict.places) == (status, tuple(places.split()))
    assert bool(verdict.read_back or verdict.question)


@pytest.mark.parametrize("told", said.CALLERS)
def test_who_calls_settles_it(yql: SiteLayout, told: tuple[str, str, str, str, str]) -> None:
    text, registered, past, status, places = told
    leak = [PastMatter(past, "厨房水管漏水", "plumbing", NOW)] if past else []
    caller = Caller(registered=tuple(registered.split()), history=tuple(leak))
    verdict = resolve(text, layout=yql, caller=caller)
    assert (verdict.status, verdict.places) == (status, tuple(places.split()))


def test_a_conflict_asks_which_of_both_is_meant(yql: SiteLayout) -> None:
    verdict = resolve("一期3栋2单元1502", layout=yql, caller=LI)
    assert verdict.question == "您说的是一期3栋2单元1502室，而这个号码登记在二期3栋2单元1502室，请问是哪一处？"


def test_the_read_back_says_that_the_home_is_the_registered_one(yql: SiteLayout) -> None:
    assert "登记" in resolve("三栋二单元1502", layout=yql, caller=LI).read_back


def test_an_owner_of_two_homes_is_asked_which(yql: SiteLayout) -> None:
    verdict = resolve("家里停水", layout=yql, caller=OWNER_OF_TWO)
    assert (verdict.status, verdict.places) == (VerdictStatus.AMBIGUOUS, OWNER_OF_TWO.registered)
    assert resolve("3栋2单元1502", layout=yql, caller=OWNER_OF_TWO).places == ("P2-3-2-1502",)


def test_a_stranger_without_a_place_is_asked_where(yql: SiteLayout) -> None:
    for text in ("", "家里停水了", "今天天气不错"):
        verdict = resolve(text, layout=yql, caller=STRANGER)
        assert (verdict.status, verdict.places) == (VerdictStatus.AMBIGUOUS, ())
        assert verdict.question == "请问在哪一期哪一栋、几单元几室？"


def test_a_stranger_has_no_last_time(yql: SiteLayout) -> None:
    verdict = resolve("上次修水管那家", layout=yql)
    assert (verdict.status, verdict.places) == (VerdictStatus.FROM_HISTORY, ())
    assert verdict.question


def test_places_that_are_gone_from_the_site_are_never_answered(yql: SiteLayout) -> None:
    ghost = Caller(registered=("P9-9-9-999",), history=(PastMatter("P9-9-9-999", "水管", "plumbing", NOW),))
    assert resolve("家里漏水", layout=yql, caller=ghost).places == ()
    assert resolve("上次修水管那家", layout=yql, caller=ghost).places == ()
