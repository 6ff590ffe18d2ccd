"""Hundreds of ways to say a place, each with the verdict it must get."""

import csv
from pathlib import Path

import pytest

from zhongshu.estate.addressing import SiteLayout, VerdictStatus, resolve

from . import worked_examples as said

LABELLED = Path(__file__).parents[3].parent / "shared" / "data" / "labelled_requests.tsv"


@pytest.mark.parametrize(("text", "code"), said.UNIQUE)
def test_one_place_is_meant_and_read_back(yql: SiteLayout, text: str, code: str) -> None:
    verdict = resolve(text, layout=yql)
    assert (verdict.status, verdict.places) == (VerdictStatus.UNIQUE, (code,))
    assert verdict.read_back.endswith("对吗？")
    assert verdict.question == ""


@pytest.mark.parametrize(("text", "codes"), said.AMBIGUOUS)
def test_several_places_are_possible_and_the_question_is_asked(yql: SiteLayout, text: str, codes: str) -> None:
    verdict = resolve(text, layout=yql)
    assert (verdict.status, verdict.places) == (VerdictStatus.AMBIGUOUS, tuple(codes.split()))
    assert "请问" in verdict.question


@pytest.mark.parametrize(("text", "code"), said.PUBLIC_AREA)
def test_a_public_place_is_meant(yql: SiteLayout, text: str, code: str) -> None:
    verdict = resolve(text, layout=yql)
    assert (verdict.status, verdict.places) == (VerdictStatus.PUBLIC_AREA, (code,))


@pytest.mark.parametrize(("text", "suggestions"), said.INVALID)
def test_a_form_the_site_never_uses(yql: SiteLayout, text: str, suggestions: str) -> None:
    verdict = resolve(text, layout=yql)
    assert (verdict.status, verdict.places) == (VerdictStatus.INVALID, ())
    assert verdict.suggestions == tuple(suggestions.split())
    assert "没有" in verdict.question


@pytest.mark.parametrize(("text", "suggestions"), said.NONEXISTENT)
def test_well_formed_but_absent(yql: SiteLayout, text: str, suggestions: str) -> None:
    verdict = resolve(text, layout=yql)
    assert (verdict.status, verdict.places) == (VerdictStatus.NONEXISTENT, ())
    assert verdict.suggestions == tuple(suggestions.split())
    assert "没有" in verdict.question


@pytest.mark.parametrize(
    ("text", "question"),
    [
        ("三栋二单元1502", "请问是一期还是二期？"),
        ("七栋603", "请问是一期还是二期？是1单元还是2单元？"),
        ("二期3栋1502", "请问是1单元还是2单元？"),
        ("二期3栋2单元15楼", "请问是1501室还是1502室？"),
        ("大门", "请问是东门、西门、北门还是南门？"),
        ("236号车位", "请问是B1层还是B2层？"),
        ("一期3栋2单元电梯", "请问是左侧电梯还是右侧电梯？"),
    ],
)
def test_the_question_names_only_choices_that_exist(yql: SiteLayout, text: str, question: str) -> None:
    assert resolve(text, layout=yql).question == question


def test_no_more_than_twenty_places_are_listed_and_the_question_says_so(yql: SiteLayout) -> None:
    verdict = resolve("2单元右侧电梯停运", layout=yql)
    assert len(verdict.places) == 20
    assert verdict.question.startswith("符合的共有21处，先列出20处。")


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("一期9栋2单元18O3", "「18O3」按「1803」"),
        ("一期3栋2单元l502", "「l502」按「1502」"),
        ("一期3栋2单元１５０２", "「１５０２」按「1502」"),
        ("Bl-236车位", "「Bl」按「B1」"),
        ("一期l2栋1单元101", "「l2」按「12」"),
    ],
)
def test_what_was_read_otherwise_than_written_is_said(yql: SiteLayout, text: str, written: str) -> None:
    verdict = resolve(text, layout=yql)
    assert verdict.status == VerdictStatus.UNIQUE
    assert written in verdict.read_back


def labelled_addresses() -> list[str]:
    if not LABELLED.exists():
        return []
    with LABELLED.open(encoding="utf-8") as rows:
        return sorted({row["address"] for row in csv.DictReader(rows, delimiter="\t") if row["address"]})


def labelled_texts() -> list[tuple[str, str]]:
    if not LABELLED.exists():
        return []
    with LABELLED.open(encoding="utf-8") as rows:
        return [(row["text"], row["address"] or "") for row in csv.DictReader(rows, delimiter="\t")]


@pytest.mark.skipif(not LABELLED.exists(), reason="the shared data is not here")
def test_every_labelled_address_is_found_alone_and_in_its_sentence(yql: SiteLayout) -> None:
    for address in labelled_addresses():
        verdict = resolve(address, layout=yql)
        assert verdict.places or verdict.suggestions, address
    for text, address in labelled_texts():
        if address:
            found = resolve(text, layout=yql)
            assert found.places or found.suggestions, text


@pytest.mark.skipif(not LABELLED.exists(), reason="the shared data is not here")
def test_a_request_without_a_place_never_gets_a_home(yql: SiteLayout) -> None:
    for text, address in labelled_texts():
        if not address:
            assert resolve(text, layout=yql).status != VerdictStatus.UNIQUE, text
