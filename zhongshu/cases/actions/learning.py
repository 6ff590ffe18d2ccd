"""Learning from what staff put right."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from zhongshu.cases.classification import classifier, shipped
from zhongshu.cases.classification.examples import Example, holdout_examples, training_examples
from zhongshu.cases.classification.model import Model
from zhongshu.cases.classification.quality import Quality, is_better, measure
from zhongshu.cases.engine import learned
from zhongshu.cases.errors import NothingToLearn
from zhongshu.cases.models import LearnedModel
from zhongshu.cases.permissions import LEARN_FROM_CASES
from zhongshu.identity import audit
from zhongshu.identity.actor import Actor


def retrain(*, actor: Actor, at: datetime) -> LearnedModel:
    """Learn anew from the shipped sentences and all that staff put right; take it into use only where it is better
    on the stored hold-out than the model in use now. Takes some ten seconds. Raises NotFound, NothingToLearn.
    """
    actor.require(LEARN_FROM_CASES)
    corrected = learned.corrected_examples()
    if not corrected:
        raise NothingToLearn(_("还没有更正过的报事，没有可学的内容。"))
    learned.refresh()
    examples = (*training_examples(), *corrected)
    model = _taught(examples)
    before, after = _quality(shipped.model_in_use()), _quality(model)
    row = _write_down(model, before, after, counts=(len(corrected), len(examples)), actor=actor, at=at)
    learned.refresh()
    return row


def _taught(examples: tuple[Example, ...]) -> Model:
    from zhongshu.cases.classification.training import train

    return Model.unpacked(train(examples).packed())


def _quality(model: Model) -> Quality:
    return measure(holdout_examples(), lambda text: classifier.classify(text, model))


@transaction.atomic
def _write_down(
    model: Model, old: Quality, new: Quality, *, counts: tuple[int, int], actor: Actor, at: datetime
) -> LearnedModel:
    better = is_better(new, old)
    row = LearnedModel.objects.create(
        at=at,
        by_id=actor.user_id,
        corrected_cases=counts[0],
        sentences=counts[1],
        quality=learned.plain(new),
        quality_before=learned.plain(old),
        is_adopted=better,
        reason=_in_words(old, new, better=better),
        packed=model.packed() if better else b"",
    )
    audit.record(
        actor=actor, at=at, verb="cases.retrain", target=row, after=audit.values(row, ["is_adopted", "reason"])
    )
    return row


def _in_words(before: Quality, after: Quality, *, better: bool) -> str:
    verdict = "已启用" if better else "未启用"  # matter
    return (
        f"{verdict}：类别正确 {before.category} → {after.category}（共 {after.sentences} 句），"  # matter
        f"特急识别 {before.dangers_heard} → {after.dangers_heard}/{after.dangers}，"  # matter
        f"误报 {before.false_alarms} → {after.false_alarms}。"  # matter
    )
