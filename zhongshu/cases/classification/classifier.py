"""From a resident's words to a suggestion with its reasons: hazards by rule first, then the model, then the tables."""

from dataclasses import dataclass, replace

from zhongshu.cases.classification.features import features_of
from zhongshu.cases.classification.hazards import Hazard, find_hazards
from zhongshu.cases.classification.labels import CATEGORIES, REFERRALS, Category, Referral, Team, Urgency
from zhongshu.cases.classification.model import Model
from zhongshu.cases.classification.routing import referral_for, team_for
from zhongshu.cases.classification.second_net import danger_word
from zhongshu.cases.classification.shipped import model_in_use
from zhongshu.cases.classification.text import is_overlong, normalise, readable_part
from zhongshu.cases.classification.urgency import judge_urgency

CONFIDENCE_THRESHOLD = 0.6
"""Below it a person decides; how it was chosen: docs/algorithms/classifier.md."""

_HAZARD_CONFIDENCE = 0.95
_ALTERNATIVES = 3


@dataclass(frozen=True)
class Classification:
    """A suggestion. `reasons` are Chinese sentences for staff; `alternatives` are other categories with their share."""

    category: Category
    urgency: Urgency
    team: Team
    referrals: tuple[Referral, ...]
    confidence: float
    reasons: tuple[str, ...]
    needs_person: bool
    hazards: tuple[str, ...]
    alternatives: tuple[tuple[str, float], ...]


def classify(text: str, model: Model | None = None) -> Classification:
    """Suggest category, urgency, team and referral for any text whatever, also an empty one.

    `model` None: the one in use.
    """
    suggestion = _classify_readable(normalise(readable_part(text)), model or model_in_use())
    return _not_read_in_full(suggestion) if is_overlong(text) else suggestion


def _classify_readable(told: str, model: Model) -> Classification:
    if not any(character.isalnum() for character in told):
        return _nothing_said()
    hazards = find_hazards(told)
    opinion = model.judge(features_of(told, [hazard.name for hazard in hazards]))
    ranking = opinion.categories
    return _by_hazards(hazards, ranking) if hazards else _by_model(told, ranking)


def _not_read_in_full(suggestion: Classification) -> Classification:
    reasons = (*suggestion.reasons, "文字过长，只读了开头和结尾，请人工通读全文。")
    return replace(suggestion, needs_person=True, reasons=reasons)


def _nothing_said() -> Classification:
    return Classification(
        category=Category.CONSULT,
        urgency=Urgency.P3,
        team=Team.CUSTOMER_SERVICE,
        referrals=(),
        confidence=0.0,
        reasons=("没有可识别的文字，请联系客户问明情况。",),
        needs_person=True,
        hazards=(),
        alternatives=(),
    )


def _by_hazards(hazards: tuple[Hazard, ...], ranking: tuple[tuple[Category, float], ...]) -> Classification:
    gravest = hazards[0]
    return Classification(
        category=gravest.category,
        urgency=min(hazard.urgency for hazard in hazards),
        team=gravest.team,
        referrals=tuple(dict.fromkeys(code for hazard in hazards for code in hazard.referrals)),
        confidence=_HAZARD_CONFIDENCE,
        reasons=tuple(hazard.reason for hazard in hazards),
        needs_person=False,
        hazards=tuple(hazard.name for hazard in hazards),
        alternatives=_others(ranking, gravest.category),
    )


def _by_model(told: str, ranking: tuple[tuple[Category, float], ...]) -> Classification:
    category, confidence = ranking[0]
    cue_urgency, cue = judge_urgency(category, told)
    referral = referral_for(category, told)
    referrals = referral.referrals if referral else ()
    word = danger_word(told)
    return Classification(
        category=category,
        urgency=(referral and referral.urgency) or cue_urgency,
        team=team_for(category, told),
        referrals=referrals,
        confidence=confidence,
        reasons=tuple(_model_reasons(category, confidence, cue, referrals)) + _net_reasons(word),
        needs_person=confidence < CONFIDENCE_THRESHOLD or word is not None,
        hazards=(),
        alternatives=_others(ranking, category),
    )


def _model_reasons(
    category: Category, confidence: float, cue: str | None, referrals: tuple[Referral, ...]
) -> list[str]:
    reasons = [f"措辞与「{CATEGORIES[category]}」类报事最接近（把握 {confidence:.0%}）。"]
    if cue:
        reasons.append(f"紧急程度依据：{cue}。")
    if referrals:
        reasons.append(f"需转介：{'、'.join(REFERRALS[code] for code in referrals)}。")
    if confidence < CONFIDENCE_THRESHOLD:
        reasons.append("把握不足，请人工确认分类。")
    return reasons


def _net_reasons(word: str | None) -> tuple[str, ...]:
    return (f"提到「{word}」，可能有危险：请先问清是否有人处于险境，再定紧急程度。",) if word else ()


def _others(ranking: tuple[tuple[Category, float], ...], chosen: Category) -> tuple[tuple[str, float], ...]:
    return tuple((category.value, share) for category, share in ranking if category != chosen)[:_ALTERNATIVES]
