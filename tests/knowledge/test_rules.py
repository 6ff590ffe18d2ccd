"""Rules without a database: what a version needs, what changed, when somebody is reminded, what Markdown is left."""

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhongshu.kernel.clock import SITE_ZONE
from zhongshu.kernel.errors import Invalid
from zhongshu.knowledge.defaults import shipped
from zhongshu.knowledge.kinds import ArticleKind, Audience
from zhongshu.knowledge.policies.content import Content, Mark, differences, require_enough, tidy
from zhongshu.knowledge.policies.dates import remind_at, review_due
from zhongshu.knowledge.policies.markup import as_html
from zhongshu.work.kinds import CATEGORY_LABELS, TASK_CATEGORY


@pytest.mark.parametrize(
    ("kind", "words", "field"),
    [
        (ArticleKind.SOP, {"body": "有正文"}, "steps"),
        (ArticleKind.SCRIPT, {"steps": "一"}, "says"),
        (ArticleKind.GUIDE, {"steps": "一"}, "body"),
        (ArticleKind.LAW, {"body": "正文"}, "source"),
        (ArticleKind.FAQ, {}, "body"),
    ],
)
def test_each_kind_needs_its_words(kind: ArticleKind, words: dict[str, str], field: str) -> None:
    with pytest.raises(Invalid) as missing:
        require_enough(kind, Content(title="标题", **words))  # type: ignore[arg-type]
    assert missing.value.field == field


@pytest.mark.parametrize(
    "wrong",
    [
        {"title": " "},
        {"title": "长" * 61},
        {"categories": ("weather",)},
        {"urgencies": ("P9",)},
        {"audience": "everybody"},
        {"tags": tuple(map(str, range(9)))},
        {"tags": ("长" * 17,)},
        {"body": "长" * 20_001},
    ],
)
def test_what_cannot_be_kept_is_refused_with_its_field(wrong: dict[str, object]) -> None:
    with pytest.raises(Invalid) as refused:
        tidy(Content(**({"title": "标题"} | wrong)))  # type: ignore[arg-type]
    assert refused.value.field == next(iter(wrong))


@given(st.lists(st.sampled_from("甲乙丙丁")), st.lists(st.sampled_from("甲乙丙丁")))
def test_a_difference_tells_both_sides(old: list[str], new: list[str]) -> None:
    changes = differences(Content(title="同", steps="\n".join(old)), Content(title="同", steps="\n".join(new)))
    if old != new:
        assert [change.text for change in changes if change.mark != Mark.NEW] == old
        assert [change.text for change in changes if change.mark != Mark.GONE] == new
    else:
        assert changes == []


@pytest.mark.parametrize(
    ("starts_on", "months", "due_on"),
    [("2026-01-31", 1, "2026-02-28"), ("2026-11-04", 12, "2027-11-04"), ("2026-12-15", 1, "2027-01-15")],
)
def test_a_review_is_due_on_the_same_day(starts_on: str, months: int, due_on: str) -> None:
    assert review_due(date.fromisoformat(starts_on), months) == date.fromisoformat(due_on)


@given(st.dates(date(2026, 1, 1), date(2027, 1, 1)), st.integers(0, 800 * 24 * 60))
def test_a_reminder_lies_ahead_and_within_reach(due_on: date, minutes: int) -> None:
    at = datetime(2026, 1, 1, tzinfo=SITE_ZONE) + timedelta(minutes=minutes)
    after = remind_at(due_on, at)
    assert after > at
    assert after.hour == 9
    if at.date() > due_on + timedelta(days=1):
        assert after - at <= timedelta(days=7)


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("## 标题\n正文", "<h3>标题</h3>\n<p>正文</p>"),
        ("- 一\n- **二**", "<ul><li>一</li><li><strong>二</strong></li></ul>"),
        ("1. 一\n2、二", "<ol><li>一</li><li>二</li></ol>"),
        ("3.5元", "<p>3.5元</p>"),
        ("[看](https://a.cn/?a=1&b=2)", '<p><a href="https://a.cn/?a=1&amp;b=2">看</a></p>'),
        ("[打](tel:119) [页](/knowledge/)", '<p><a href="tel:119">打</a> <a href="/knowledge/">页</a></p>'),
        ("[x](javascript:alert) [y](//evil.cn) [z](/\\evil)", "<p>x y z</p>"),
        ("<b onclick=x>&amp;", "<p>&lt;b onclick=x&gt;&amp;amp;</p>"),
    ],
)
def test_markdown_that_is_left(text: str, html: str) -> None:
    assert as_html(text) == html


@given(st.text(alphabet="<>\"'&[]()*#-/\\:ahptsx \n1.", max_size=400))
def test_nothing_written_becomes_markup(text: str) -> None:
    html = str(as_html(text))
    for tag in ("p", "h3", "ul", "ol", "li", "strong", "br"):
        html = html.replace(f"<{tag}>", "").replace(f"</{tag}>", "")
    for link in html.split("<a href=")[1:]:
        assert link.startswith(('"https://', '"/', '"tel:'))
    assert "<" not in html.replace("<a href=", "").replace("</a>", "")


def test_a_page_of_brackets_takes_no_time() -> None:
    for mark in ("[", "[a](", "**", "- ", "*a", "#", "> "):
        as_html(mark * (20_000 // len(mark)))


def test_what_is_shipped_covers_every_category_and_every_danger_has_its_first_minute() -> None:
    procedures = [content for _code, kind, content in shipped() if kind is ArticleKind.SOP]
    everyday = {code for one in procedures if "P3" in one.urgencies or not one.urgencies for code in one.categories}
    assert everyday >= set(CATEGORY_LABELS) - {TASK_CATEGORY}
    assert all(one.first_minute and one.says for one in procedures if "P1" in one.urgencies)
    assert all(content.title_en for _code, _kind, content in shipped())
    for_residents = [kind for _code, kind, content in shipped() if content.audience != Audience.STAFF]
    assert (for_residents.count(ArticleKind.GUIDE) >= 12, for_residents.count(ArticleKind.LAW) >= 12) == (True, True)
    assert sum(kind is ArticleKind.SCRIPT for _code, kind, _content in shipped()) >= 10
