"""The sentences of the periodic analysis, from figures alone. docs/figures.md states the rules in a table.

Every sentence carries the figure it rests on and how its matters are narrowed, so that a reader can look at them.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from django.utils.translation import gettext as _

from zhongshu.insight.policies.chance import counts_differ, exceeds_its_share, shares_differ

FEW = 5
"""Of fewer matters than this no share is said and nothing is proposed."""
PROMPT, CALLED_BACK, FIXED = 0.9, 0.95, 0.9
MOST_PROPOSALS, MOST_CATEGORIES, MOST_CALLERS = 3, 3, 3


class Tone(StrEnum):
    """What a sentence is: something better, worse, or a plain fact; or a proposal."""

    BETTER = "better"
    WORSE = "worse"
    FACT = "fact"
    PROPOSAL = "proposal"


class Part(StrEnum):
    """The parts of an analysis, in their order."""

    VOLUME = "volume"
    PROMISES = "promises"
    QUALITY = "quality"
    PLACES = "places"
    PROPOSALS = "proposals"


@dataclass(frozen=True, slots=True)
class Count:
    """A number of matters in the period, in a like stretch of the one before, and of the same last year."""

    now: int
    before: int = 0
    year_ago: int = 0


@dataclass(frozen=True, slots=True)
class Share:
    """So many of so many, now and before."""

    part: int
    whole: int
    part_before: int = 0
    whole_before: int = 0

    @property
    def now(self) -> float | None:
        return self.part / self.whole if self.whole else None

    @property
    def before(self) -> float | None:
        return self.part_before / self.whole_before if self.whole_before else None


@dataclass(frozen=True, slots=True)
class Named:
    """Something with a name people know and the code by which its matters are found."""

    name: str
    code: str


@dataclass(frozen=True, slots=True)
class Facts:
    """All an analysis is written from. `promises` by the code of the figure that is the part; `buildings` are those
    with most cases, `placed` all cases at any of the `building_count` buildings."""

    opened: Count
    complaints: Count = Count(0)
    households: int = 0
    categories: Mapping[Named, Count] = field(default_factory=dict)
    promises: Mapping[Named, Share] = field(default_factory=dict)
    teams: Mapping[Named, Share] = field(default_factory=dict)
    fixed_first: Share = Share(0, 0)
    called_back: Share = Share(0, 0)
    content: Share = Share(0, 0)
    buildings: Mapping[Named, int] = field(default_factory=dict)
    building_count: int = 0
    placed: int = 0
    callers: Mapping[Named, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Sentence:
    """`figure` is a code of `policies.figures`; `narrowed` as in the address of its matters."""

    part: Part
    tone: Tone
    rule: str
    text: str
    figure: str
    narrowed: Mapping[str, str] = field(default_factory=dict)


def analysis(facts: Facts) -> tuple[Sentence, ...]:
    """The whole of it, in the order of its parts. Nothing at all happened: one sentence that says so."""
    if not facts.opened.now and not facts.opened.before:
        return (Sentence(Part.VOLUME, Tone.FACT, "nothing", _("本期没有受理报事。"), "opened"),)
    said = [*_volume(facts), *_promises(facts), *_quality(facts), *_places(facts)]
    return (*said, *proposals(facts))


def _volume(facts: Facts) -> Iterator[Sentence]:
    yield Sentence(Part.VOLUME, _tone(facts.opened), "opened", _counted(_("受理报事"), facts.opened), "opened")
    changed = [(named, count) for named, count in facts.categories.items() if counts_differ(count.now, count.before)]
    changed.sort(key=lambda pair: -abs(pair[1].now - pair[1].before))
    for named, count in changed[:MOST_CATEGORIES]:
        narrowed = {"category": named.code}
        yield Sentence(Part.VOLUME, _tone(count), "category", _counted(named.name, count), "opened", narrowed)
    if facts.complaints.now or facts.complaints.before:
        text = _counted(_("投诉"), facts.complaints) + _per_households(facts)
        yield Sentence(Part.VOLUME, _tone(facts.complaints), "complaints", text, "complaints")


def _per_households(facts: Facts) -> str:
    if not facts.households:
        return ""
    return _("折合每万户 %(n).1f 件。") % {"n": facts.complaints.now * 10_000 / facts.households}


def _counted(what: str, count: Count) -> str:
    """本期受理报事 38 件，比上期 25 件多 13 件（52%），超出偶然波动；去年同期 30 件。"""
    values = {"what": what, "now": count.now, "before": count.before, "change": abs(count.now - count.before)}
    if count.now == count.before:
        said = _("本期%(what)s %(now)d 件，与上期持平") % values
    elif not count.before:
        said = _("本期%(what)s %(now)d 件，上期没有") % values
    else:
        values["percent"] = f"{abs(count.now - count.before) / count.before:.0%}"
        more = _("本期%(what)s %(now)d 件，比上期 %(before)d 件多 %(change)d 件（%(percent)s）")
        less = _("本期%(what)s %(now)d 件，比上期 %(before)d 件少 %(change)d 件（%(percent)s）")
        said = (more if count.now > count.before else less) % values
    return said + _weighed(count) + (_("；去年同期 %(n)d 件。") % {"n": count.year_ago} if count.year_ago else _("。"))


def _weighed(count: Count) -> str:
    if count.now == count.before:
        return ""
    return _("，超出偶然波动") if counts_differ(count.now, count.before) else _("，在偶然波动之内")


def _tone(count: Count) -> Tone:
    """Fewer matters are better, where it is more than chance."""
    if not counts_differ(count.now, count.before):
        return Tone.FACT
    return Tone.WORSE if count.now > count.before else Tone.BETTER


def _promises(facts: Facts) -> Iterator[Sentence]:
    for named, share in facts.promises.items():
        if share.whole:
            text = _("承诺%(what)s %(whole)d 张，兑现 %(part)d 张") % _said(named.name, share)
            yield Sentence(Part.PROMISES, _share_tone(share), "promise", text + _compared(share), named.code)
    if (slowest := slowest_team(facts)) is not None:
        share = facts.teams[slowest]
        text = _("完工最慢的是%(what)s：%(whole)d 张中 %(part)d 张按时（%(percent)s）。") % _said(slowest.name, share)
        narrowed = {"team": slowest.code}
        yield Sentence(Part.PROMISES, Tone.FACT, "slowest_team", text, "finish_due", narrowed)


def _quality(facts: Facts) -> Iterator[Sentence]:
    rows = (
        ("fixed_first", facts.fixed_first, _("办结 %(whole)d 件，一次解决 %(part)d 件")),
        ("calls_made", facts.called_back, _("应回访 %(whole)d 件，已回访 %(part)d 件")),
        ("content", facts.content, _("得到评分 %(whole)d 件，满意 %(part)d 件")),
    )
    for figure, share, words in rows:
        if share.whole:
            text = words % _said("", share) + _compared(share)
            yield Sentence(Part.QUALITY, _share_tone(share), figure, text, figure)


def _said(what: str, share: Share) -> dict[str, object]:
    return {"what": what, "part": share.part, "whole": share.whole, "percent": f"{share.now or 0:.1%}"}


def _compared(share: Share) -> str:
    """（92.0%），上期 88.0%，在偶然波动之内。"""
    now = _("（%(percent)s）") % {"percent": f"{share.now:.1%}"}
    if share.before is None:
        return now + _("。")
    differs = shares_differ(share.part, share.whole, share.part_before, share.whole_before)
    weighed = _("，超出偶然波动。") if differs else _("，在偶然波动之内。")
    return now + _("，上期 %(percent)s") % {"percent": f"{share.before:.1%}"} + weighed


def _share_tone(share: Share) -> Tone:
    if not shares_differ(share.part, share.whole, share.part_before, share.whole_before):
        return Tone.FACT
    return Tone.BETTER if (share.now or 0) > (share.before or 0) else Tone.WORSE


def _places(facts: Facts) -> Iterator[Sentence]:
    if facts.buildings:
        worst = max(facts.buildings, key=lambda named: facts.buildings[named])
        values = {"what": worst.name, "n": facts.buildings[worst], "all": facts.placed}
        text = _("报事最多的楼栋是%(what)s：%(n)d 件，落到楼栋的共 %(all)d 件") % values
        text += _("，超出偶然波动。") if stands_out(facts, worst) else _("，在偶然波动之内。")
        yield Sentence(Part.PLACES, Tone.FACT, "worst_building", text, "opened", {"place": worst.code})
    for named, number in [*facts.callers.items()][:MOST_CALLERS]:
        text = _("%(what)s的住户本期报事 %(n)d 件。") % {"what": named.name, "n": number}
        yield Sentence(Part.PLACES, Tone.FACT, "repeat_caller", text, "opened", {"caller": named.code})


def slowest_team(facts: Facts) -> Named | None:
    """The team with the lowest share finished in time, of those with enough orders to say so."""
    judged = {named: share for named, share in facts.teams.items() if share.whole >= FEW}
    return min(judged, key=lambda named: (judged[named].now or 0, named.code), default=None)


def stands_out(facts: Facts, building: Named) -> bool:
    """Whether a building has more than its equal part by more than chance; a site's only building does not."""
    number = facts.buildings[building]
    if number < FEW or facts.building_count < 2:
        return False
    return exceeds_its_share(number, facts.placed, 1 / facts.building_count)


def proposals(facts: Facts) -> tuple[Sentence, ...]:
    """At most three, the first that apply in this order: complaints, promptness, a category, a building, work done
    twice, calls not made, callers who came again and again."""
    rules = (
        _complaints_rose,
        _team_is_late,
        _category_rose,
        _building_stands_out,
        _done_twice,
        _calls_missed,
        _callers,
    )
    found = [sentence for rule in rules if (sentence := rule(facts)) is not None]
    return tuple(found[:MOST_PROPOSALS])


def _proposal(rule: str, text: str, figure: str, **narrowed: str) -> Sentence:
    return Sentence(Part.PROPOSALS, Tone.PROPOSAL, rule, text, figure, narrowed)


def _complaints_rose(facts: Facts) -> Sentence | None:
    if not _rose(facts.complaints):
        return None
    return _proposal("complaints_rose", _("投诉明显增多：逐件复盘，由项目经理约谈责任班组。"), "complaints")


def _team_is_late(facts: Facts) -> Sentence | None:
    slowest = slowest_team(facts)
    if slowest is None or (facts.teams[slowest].now or 0) >= PROMPT:
        return None
    values = {"what": slowest.name, "limit": f"{PROMPT:.0%}"}
    text = _("%(what)s完工按时率低于 %(limit)s：核对当班人手与派单负荷，高峰时段请其他班组支援。") % values
    return _proposal("team_is_late", text, "finish_due", team=slowest.code)


def _category_rose(facts: Facts) -> Sentence | None:
    rising = [named for named, count in facts.categories.items() if _rose(count)]
    if not rising:
        return None
    worst = max(rising, key=lambda named: facts.categories[named].now - facts.categories[named].before)
    text = _("%(what)s报事明显增多：安排一次专项检查，查明共同原因。") % {"what": worst.name}
    return _proposal("category_rose", text, "opened", category=worst.code)


def _building_stands_out(facts: Facts) -> Sentence | None:
    worst = max(facts.buildings, key=lambda named: facts.buildings[named], default=None)
    if worst is None or not stands_out(facts, worst):
        return None
    text = _("%(what)s报事明显多于其他楼栋：现场排查，并在楼栋公示处理进展。") % {"what": worst.name}
    return _proposal("building_stands_out", text, "opened", place=worst.code)


def _done_twice(facts: Facts) -> Sentence | None:
    share = facts.fixed_first
    if share.whole < FEW or (share.now or 0) >= FIXED:
        return None
    text = _("一次解决率低于 %(limit)s：复盘重开的报事，维修后当场请客户验收。") % {"limit": f"{FIXED:.0%}"}
    return _proposal("done_twice", text, "reopened")


def _calls_missed(facts: Facts) -> Sentence | None:
    share = facts.called_back
    if share.whole < FEW or (share.now or 0) >= CALLED_BACK:
        return None
    text = _("回访完成率低于 %(limit)s：本周内补齐到期未做的回访。") % {"limit": f"{CALLED_BACK:.0%}"}
    return _proposal("calls_missed", text, "calls_due")


def _callers(facts: Facts) -> Sentence | None:
    if not facts.callers:
        return None
    text = _("%(n)d 户多次来电：管家上门一次，把事情从头到尾问清、办结。") % {"n": len(facts.callers)}
    return _proposal("repeat_callers", text, "repeated")


_RULES = (
    _complaints_rose,
    _team_is_late,
    _category_rose,
    _building_stands_out,
    _done_twice,
    _calls_missed,
    _callers,
)


def _rose(count: Count) -> bool:
    return count.now >= FEW and count.now > count.before and counts_differ(count.now, count.before)
