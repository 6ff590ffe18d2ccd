"""Every code of the site comes back, however it is written; nothing else ever does; no text is slow."""

import time
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhongshu.estate.addressing import SiteLayout, VerdictStatus, resolve

from .conftest import xh_places, yql_places

YQL = SiteLayout(yql_places())
XH = SiteLayout(xh_places())
NUMERALS = "零一二三四五六七八九"
WIDE = str.maketrans("0123456789", "０１２３４５６７８９")

UNITS = st.sampled_from(sorted(node.code for node in yql_places() if node.kind == "unit"))
CODES = st.sampled_from(sorted(node.code for node in yql_places() if node.kind not in ("community", "zone", "garage")))
SPACES = st.sampled_from(sorted(node.code for node in yql_places() if node.kind == "parking"))
PILLARS = st.sampled_from(sorted(node.code for node in yql_places() if node.kind == "pillar"))


def cardinal(number: int) -> str:
    """十二 for 12, 一千五百零二 for 1502."""
    if number < 10:
        return NUMERALS[number]
    if number < 100:
        tens, ones = divmod(number, 10)
        return (NUMERALS[tens] if tens > 1 else "") + "十" + (NUMERALS[ones] if ones else "")
    size, word = (1000, "千") if number >= 1000 else (100, "百")
    head, rest = divmod(number, size)
    gap = "零" if 0 < rest < size // 10 else ""
    tail = ("一" if 10 <= rest < 20 else "") + cardinal(rest) if rest else ""
    return NUMERALS[head] + word + gap + tail


def digits(number: str) -> str:
    return "".join(NUMERALS[int(digit)] for digit in number)


def floor_door(room: str) -> str:
    return f"{cardinal(int(room[:-2]))}楼{cardinal(int(room[-2:]))}号"


Style = Callable[[str, str, str, str], str]
STYLES: dict[str, Style] = {
    "code": lambda p, b, e, r: f"P{p}-{b}-{e}-{r}",
    "lower code": lambda p, b, e, r: f"p{p}-{b}-{e}-{r}",
    "spaces": lambda p, b, e, r: f"p{p} {b} {e} {r}",
    "dashes": lambda p, b, e, r: f"{p}-{b}-{e}-{r}",
    "slashes": lambda p, b, e, r: f"{p}/{b}/{e}/{r}",
    "plain": lambda p, b, e, r: f"{p}期{b}栋{e}单元{r}",
    "room": lambda p, b, e, r: f"{p}期{b}栋{e}单元{r}室",
    "house": lambda p, b, e, r: f"{p}期{b}号楼{e}单元{r}房",
    "zhuang": lambda p, b, e, r: f"{p}期{b}幢{e}单元{r}号",
    "seat": lambda p, b, e, r: f"{p}期{b}座{e}单元{r}户",
    "hash": lambda p, b, e, r: f"{p}期{b}#{e}单元{r}",
    "hash dash": lambda p, b, e, r: f"{p}期{b}#-{e}-{r}",
    "phase dashes": lambda p, b, e, r: f"{cardinal(int(p))}期{b}-{e}-{r}",
    "old door": lambda p, b, e, r: f"{p}期{b}楼{e}门{r}",
    "ordinal": lambda p, b, e, r: f"第{cardinal(int(p))}期第{cardinal(int(b))}栋第{cardinal(int(e))}单元{r}",
    "spoken digits": lambda p, b, e, r: f"{cardinal(int(p))}期{cardinal(int(b))}栋{cardinal(int(e))}单元{digits(r)}",
    "yao": lambda p, b, e, r: f"{p}期{cardinal(int(b))}栋{e}单元{digits(r).replace('一', '幺')}",
    "cardinal": lambda p, b, e, r: f"{cardinal(int(p))}期{cardinal(int(b))}栋{cardinal(int(e))}单元{cardinal(int(r))}",
    "floor and door": lambda p, b, e, r: f"{p}期{b}栋{e}单元{floor_door(r)}",
    "floor, bare door": lambda p, b, e, r: f"{p}期{b}栋{e}单元{r[:-2]}层{r[-2:]}",
    "floor zero": lambda p, b, e, r: f"{p}期{b}栋{e}单元{cardinal(int(r[:-2]))}零{NUMERALS[int(r[-1])]}",
    "wide": lambda p, b, e, r: f"{p}期{b}栋{e}单元{r}".translate(WIDE),
    "zeros": lambda p, b, e, r: f"P{p}-{b:0>2}-{e:0>2}-{r:0>4}",
    "spaced": lambda p, b, e, r: f"{p}期 {b}栋 {e}单元 {r} 室",
    "commas": lambda p, b, e, r: f"{p}期，{b}栋，{e}单元，{r}",
    "phase last": lambda p, b, e, r: f"{b}栋{e}单元{r}，{p}期的",
    "room first": lambda p, b, e, r: f"{r}室，{p}期{b}栋{e}单元",
    "pinyin": lambda p, b, e, r: f"{p}qi{b}dong{e}danyuan{r}shi",
    "traditional": lambda p, b, e, r: f"{p}期{b}棟{e}單元{r}號",
    "form": lambda p, b, e, r: f"{p}期，楼栋：{b}，单元：{e}，房号：{r}",
    "corrected": lambda p, b, e, r: f"99栋，不对，是{p}期{b}栋{e}单元{r}",
}
CARRIERS = [
    "{}",
    "你好，{}家里水管漏了",
    "昨天晚上9点30分报修的，{}，到现在三天了没人来",
    "我电话13800001111，{}",
    "{}，电话13800001111",
    "{}有两个大人一个小孩，赔300块",
    "11月3号就说了要修，{}，再不来打12315",
    "麻烦下午2点以后到{}，谢谢",
    "【业主】{}。",
    "水费236.5元不对劲，{}",
    "我住{}，楼上太吵",
    "{}天花板滴水",
    "{}一直停电",
    "请问{}两个卫生间都堵了找谁",
]


@given(code=UNITS, style=st.sampled_from(sorted(STYLES)), carrier=st.sampled_from(CARRIERS))
def test_every_home_comes_back_in_every_style(code: str, style: str, carrier: str) -> None:
    phase, building, entrance, room = code.removeprefix("P").split("-")
    text = carrier.format(STYLES[style](phase, building, entrance, room))
    verdict = resolve(text, layout=YQL)
    assert (verdict.status, verdict.places) == (VerdictStatus.UNIQUE, (code,)), text
    assert verdict.read_back


PHASE_FIRST = ["dashes", "plain", "hash dash", "spoken digits", "cardinal", "floor and door"]


@given(code=UNITS, style=st.sampled_from(PHASE_FIRST))
def test_without_the_phase_the_home_is_among_the_candidates(code: str, style: str) -> None:
    phase, building, entrance, room = code.removeprefix("P").split("-")
    said = STYLES[style](phase, building, entrance, room)
    text = said.removeprefix(f"{phase}-").removeprefix(f"{phase}期").removeprefix(f"{cardinal(int(phase))}期")
    verdict = resolve(text, layout=YQL)
    assert code in verdict.places, text
    assert verdict.status in (VerdictStatus.UNIQUE, VerdictStatus.AMBIGUOUS)


@given(code=CODES)
def test_every_code_of_the_site_names_itself(code: str) -> None:
    for text in (code, code.lower(), f"{code}坏了", f"请看一下{code}，谢谢"):
        verdict = resolve(text, layout=YQL)
        assert verdict.places == (code,), text
        assert verdict.status in (VerdictStatus.UNIQUE, VerdictStatus.PUBLIC_AREA)


@given(code=st.sampled_from(sorted(node.code for node in xh_places() if node.kind == "unit")))
def test_a_site_without_phases_knows_its_homes(code: str) -> None:
    building, entrance, room = code.split("-")
    plain = f"{building}栋{entrance}单元{room}"
    for text in (code, plain, f"{building}#{entrance}单元{room}室漏水", f"{building} {entrance} {room}"):
        assert resolve(text, layout=XH).places == (code,), text


@given(
    code=SPACES,
    form=st.sampled_from(
        [
            "{level}-{n}车位",
            "车位{level}-{n}",
            "{level}层{n}号车位",
            "{floor}{n}号车位",
            "地库{level}的{n}号车位",
            "{level}车库{n}号",
            "我的车位{level}-{n}被占了",
            "{floor}车位{n}",
        ]
    ),
)
def test_every_parking_space_comes_back(code: str, form: str) -> None:
    _, level, number = code.split("-")
    text = form.format(level=level, n=number, floor={"B1": "负一楼", "B2": "地下二层"}[level])
    assert resolve(text, layout=YQL).places == (code,), text


@given(
    code=PILLARS,
    form=st.sampled_from(
        [
            "{level} {zone}区{n}号柱",
            "{level}层{zone}{n}柱子",
            "{level}-{zone}-{n}",
            "地库{zone}区{n}号柱旁边",
            "{level}车库{zone}{n}号立柱",
        ]
    ),
)
def test_every_pillar_comes_back(code: str, form: str) -> None:
    _, level, zone, number = code.split("-")
    text = form.format(level=level, zone=zone, n=number)
    assert resolve(text, layout=YQL).places == (code,), text


PLACE_WORDS = [
    "一期",
    "二期",
    "三期",
    "3栋",
    "5#",
    "十二号楼",
    "2单元",
    "二单元",
    "乙单元",
    "1502",
    "幺五零二",
    "九零一",
    "15楼",
    "东户",
    "左侧电梯",
    "电梯",
    "东门",
    "大门",
    "B1",
    "负一楼",
    "236号车位",
    "B区",
    "23号柱",
    "-",
    "，",
    "的",
    "不对",
    "不是",
    "是",
    "和",
    "楼上",
    "我是",
    "上次",
    "那家",
    "13800001111",
    "9点",
    "三天",
    "300块",
    "楼道",
    "配电房",
    "P1-3",
    "※",
    "Z",
    "O0",
    "１５",
    " ",
]
WORDS = st.lists(st.sampled_from(PLACE_WORDS), max_size=12).map("".join)


@given(text=st.one_of(WORDS, st.text(max_size=60)))
def test_no_text_yields_a_code_that_does_not_exist_and_the_answer_is_whole(text: str) -> None:
    verdict = resolve(text, layout=YQL)
    assert set(verdict.places) | set(verdict.suggestions) <= YQL.nodes.keys()
    assert len(set(verdict.places)) == len(verdict.places) <= 20
    assert len(verdict.suggestions) <= 5
    assert verdict.read_back if verdict.status == VerdictStatus.UNIQUE else verdict.question or verdict.read_back
    assert resolve(text, layout=YQL) == verdict


@given(text=WORDS)
def test_what_is_read_back_resolves_to_the_same_place(text: str) -> None:
    verdict = resolve(text, layout=YQL)
    if verdict.status == VerdictStatus.UNIQUE:
        name = verdict.read_back.rpartition("您说的是")[2].removesuffix("，对吗？")
        assert resolve(name, layout=YQL).places == verdict.places


HOSTILE = [
    "3",
    "3-",
    "三栋",
    "一",
    "1502 ",
    "3栋2单元1502，",
    "不对",
    "东",
    "车位",
    "A",
    "P1-",
    "上次那",
    "O0l1",
    " ",
    "-",
    "3 ",
    "B1-",
    "不是",
    "栋",
    "一二",
    "十",
    "1.",
    "2:",
]


@pytest.mark.parametrize("unit", HOSTILE)
def test_ten_thousand_hostile_characters_do_not_blow_up(unit: str) -> None:
    """A pattern that tries every way takes minutes here, one that does not some milliseconds."""
    started = time.process_time()
    resolve((unit * 10_000)[:10_000], layout=YQL)
    assert time.process_time() - started < 5
