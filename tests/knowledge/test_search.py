"""Found by one character, by a sentence, by initials; what is hostile finds nothing and breaks nothing."""

import pytest
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from tests.knowledge.conftest import Library
from zhongshu.kernel.clock import day_of
from zhongshu.knowledge.kinds import FOR_RESIDENTS, FOR_STAFF
from zhongshu.knowledge.policies.content import Content
from zhongshu.knowledge.policies.tokens import MOST_TOKENS, headline, vector_of, wanted, written
from zhongshu.knowledge.queries import in_force_at, search, shown


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("电梯困人", ("电梯", "梯困", "困人")),
        ("水", ("水",)),
        ("ＡＥＤ在哪", ("aed", "在哪")),
        ("12345 热线", ("12345", "热线")),
        ("3-2-1502", ("3", "2", "1502")),
        ("，。！？ \u200b", ()),
        ("漏水漏水", ("漏水", "水漏")),
    ],
)
def test_what_is_looked_for(text: str, tokens: tuple[str, ...]) -> None:
    assert wanted(text) == tokens


@given(st.text(max_size=300))
def test_every_token_looked_for_in_a_text_stands_in_what_is_kept_of_it(text: str) -> None:
    """And neither can get out of its quotes."""
    kept = {token for token, _start in written(text[:100])}
    looked_for = wanted(text)
    assert len(looked_for) <= MOST_TOKENS
    assert set(looked_for) <= kept
    assert not any(set(token) & set("'\\&|!<>():* ") for token in kept)


@given(st.text(max_size=200), st.text(max_size=20))
def test_a_headline_is_a_piece_of_the_text(text: str, query: str) -> None:
    joined = "".join(piece.text for piece in headline(text, wanted(query), width=50))
    assert joined in " ".join(text.split())
    assert len(joined) <= 50


def test_a_headline_marks_what_was_found() -> None:
    text = "前" * 200 + "请不要在楼道给电动车充电，" + "后" * 200
    pieces = headline(text, wanted("电动车充电"), width=40)
    assert [piece.text for piece in pieces if piece.is_hit] == ["电动车充电"]


def found(library: Library, text: str, audiences: tuple[str, ...] = FOR_STAFF) -> list[str]:
    rows = shown(in_force_at(library.cast.yql.pk, day_of(library.noon)), audiences)  # type: ignore[arg-type]
    return [hit.version.title for hit in search(rows, text)]


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("电梯困人", "电梯困人"),
        ("dtkr", "电梯困人"),
        ("火", "着火或浓烟"),
        ("煤气味", "燃气异味或泄漏"),
        ("井盖没了", "井盖缺失、地面塌陷"),
        ("物业能不能停水停电", "不交物业费会怎样，物业能不能停水停电"),
        ("装修押金怎么退", "装修怎么办手续"),
        ("12356", "有人想轻生"),
        ("承重墙", "装修拆改承重墙"),
    ],
)
def test_the_best_comes_first(library: Library, text: str, first: str) -> None:
    assert found(library, text)[0] == first


def test_one_character_is_enough_and_residents_find_only_what_is_for_them(library: Library) -> None:
    assert len(found(library, "狗")) >= 3
    assert "电梯困人" not in found(library, "困人", FOR_RESIDENTS)
    assert "家里出了急事，先做什么" in found(library, "困人", FOR_RESIDENTS)
    assert found(library, "火星移民签证") == []


@pytest.mark.parametrize(
    "text",
    [
        "'",
        "\\",
        "a' | 'b",
        "':* & !",
        "电梯':*",
        "%s%(x)s",
        "<->",
        "a" * 500,
        "漏" * 500,
        "\ud7ff🧯",
        "!!&|()",
        "a\\'b",
        "''",
    ],
)
def test_whatever_is_looked_for_nothing_breaks(library: Library, text: str) -> None:
    assert isinstance(found(library, text), list)


@pytest.mark.django_db
@pytest.mark.parametrize("body", ["' \\ :A | & !" * 50, "漏" * 20_000, "a" * 20_000, "x1 " * 6_000, "𠮷🧯\u202e漏水"])
def test_whatever_is_written_can_be_kept(body: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT length(%s::tsvector)", [vector_of(Content(title="标题", body=body), "bt")])
        assert cursor.fetchone()[0] > 0


def test_of_many_that_speak_of_it_those_named_after_it_come_first(library: Library) -> None:
    titles = found(library, "电梯")
    assert len(titles) > 6
    assert all("电梯" in title for title in titles[:4])
