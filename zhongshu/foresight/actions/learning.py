"""Learning from the months that have passed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from zhongshu.foresight.engine import teaching
from zhongshu.foresight.errors import NothingToLearn
from zhongshu.foresight.models import Learning
from zhongshu.foresight.permissions import LEARN_FORESIGHT, require_company
from zhongshu.foresight.policies.formula import Formula
from zhongshu.foresight.policies.quality import Quality, is_better, measured
from zhongshu.foresight.policies.slices import Slices, months_missing, mornings, sliced
from zhongshu.foresight.queries import gathering
from zhongshu.foresight.queries.gathering import Examples
from zhongshu.foresight.queries.state import formula_of, in_use, sites_not_off
from zhongshu.identity import audit
from zhongshu.identity.actor import Actor
from zhongshu.identity.models import Site
from zhongshu.kernel.clock import day_of
from zhongshu.kernel.errors import Invalid

FEWEST_FALLEN = 20
"""In every slice; with fewer, what is measured is luck."""


@dataclass(frozen=True)
class Lessons:
    """What the mornings of each slice show."""

    learn: Examples
    calibrate: Examples
    test: Examples


def learn(*, actor: Actor, at: datetime, on: date | None = None) -> Learning:
    """Learn from all that happened before `on` (today) at every site that is not switched off; take the formula into
    use only where it is better than the base rate on months it has not seen, and no worse than the one in use. Takes
    minutes. Raises NotFound, Invalid, NothingToLearn.
    """
    require_company(actor, LEARN_FORESIGHT)
    upto = on or day_of(at)
    if upto > day_of(at):
        raise Invalid(_("%(day)s 还没有到。") % {"day": upto}, field="on")
    lessons = _lessons(sites_not_off(), upto)
    formula = teaching.taught(lessons.learn, lessons.calibrate)
    current = in_use()
    before = _quality(formula_of(current), lessons) if current else None
    return _written(formula, _quality(formula, lessons), before, lessons, actor=actor, at=at, on=upto)


def _lessons(sites: Sequence[Site], upto: date) -> Lessons:
    drawn = gathering.drawn_accounts([site.pk for site in sites])
    slices = _slices(gathering.first_morning(list(drawn)), upto)
    lessons = Lessons(*(_gathered(drawn, part, upto) for part in (slices.learn, slices.calibrate, slices.test)))
    for part in (lessons.learn, lessons.calibrate, lessons.test):
        _require_enough(part)
    return lessons


def _slices(first: date | None, upto: date) -> Slices:
    if first is None:
        raise NothingToLearn(_("还没有账单，没有可学的内容。"), field="on")
    slices = sliced(mornings(first, upto)) if first < upto else None
    if slices is None:
        missing = months_missing(first, max(first, upto))
        raise NothingToLearn(_("缴费记录还太短，大约再过 %(n)s 个月才够学习。") % {"n": missing}, field="on")
    return slices


def _gathered(drawn: dict[int, list[int]], days: Sequence[date], upto: date) -> Examples:
    return gathering.together([gathering.examples(pk, days, ids, upto=upto) for pk, ids in drawn.items()])


def _require_enough(part: Examples) -> None:
    fallen = int(part.happened.sum())
    if fallen < FEWEST_FALLEN or fallen == len(part.happened):
        words = _("过去欠到 3 个月的例子太少（有一段只有 %(n)s 个，至少要 %(least)s 个），学不出可靠的公式。")
        raise NothingToLearn(words % {"n": fallen, "least": FEWEST_FALLEN}, field="on")


def _quality(formula: Formula, lessons: Lessons) -> Quality:
    test = lessons.test
    by_rule = teaching.rule_of(lessons.learn).of(test.months)
    return measured(teaching.probabilities(formula, test.features), test.happened, test.accounts, by_rule)


@transaction.atomic
def _written(
    formula: Formula, new: Quality, old: Quality | None, lessons: Lessons, *, actor: Actor, at: datetime, on: date
) -> Learning:
    better = is_better(new, old)
    row = Learning.objects.create(
        on=on,
        at=at,
        by_id=actor.user_id,
        accounts=len(set(lessons.learn.accounts)),
        rows=len(lessons.learn.accounts),
        formula=formula.plain(),
        quality={**new.plain(), "in_use": old.plain() if old else None},
        is_adopted=better,
        reason=_in_words(new, old, better=better),
    )
    told: dict[str, Any] = audit.values(row, ["is_adopted", "reason"])
    audit.record(actor=actor, at=at, verb="foresight.learn", target=row, after=told)
    return row


def _in_words(new: Quality, old: Quality | None, *, better: bool) -> str:
    verdict = "已采用" if better else "没有采用"  # matter
    beside = f"，在用的公式 {old.brier:.4f}" if old else ""  # matter
    return (
        f"{verdict}：在没有见过的 {new.rows} 例上 Brier {new.brier:.4f}{beside}，"  # matter
        f"总说平均数的 {new.base_brier:.4f}，技巧分 {new.skill:.3f}（至少 {new.skill_from:.3f}）。"  # matter
    )
