"""From a resident's words to a suggestion with its reasons: hazards by rule first, then the model, then the tables."""

from dataclasses import dataclass, replace

from zhongshu.cases.classification.features import features_of
from zhongshu.cases.classification.hazards import Hazard, find_hazards
from zhongshu.cases.classification.labels import CATEGORIES, REFERRALS, Category, Referral, Team, Urgency
from zhongshu.cases.classification.model import Model, Opinion
from zhongshu.cases.classification.routing import referral_for
from zhongshu.cases.classification.second_net import danger_word
from zhongshu.cases.classification.shipped import model_in_use
from zhongshu.cases.classification.text import is_overlong, normalise, readable_part
from zhongshu.cases.classification.urgency import judge_urgency

CONFIDENCE_THRESHOLD = 0.6
"""Below it a person decides; how it was chosen: docs/algorithms/classifier.md."""

DANGER_THRESHOLD = 0.5
ASK_THRESHOLD = 0.3
"""How like a danger a sentence must be told to count as one, and to be asked about; chosen in cross-validation too."""

_HAZARD_CONFIDENCE = 0.95
_ALTERNATIVES = 3
_HEARD = 0.2

_ASKED_IN_DANGER: dict[Category, tuple[Referral, ...]] = {
    Category.FIRE_SAFETY: (Referral.FIRE_BRIGADE,),
    Category.SECURITY_ORDER: (Referral.POLICE,),
    Category.DECORATION: (Referral.HOUSING_AUTHORITY,),
}


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
    if hazards:
        return _by_hazards(told, hazards, opinion)
    suggestion = _by_model(told, opinion)
    return _raised(suggestion, opinion) if opinion.danger >= DANGER_THRESHOLD else suggestion


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


def _by_hazards(told: str, hazards: tuple[Hazard, ...], opinion: Opinion) -> Classification:
    """How urgent it is the rules say, and nothing lowers that; what it is about the model often knows better."""
    category = _of_hazards(hazards, opinion)
    return Classification(
        category=category,
        urgency=min(hazard.urgency for hazard in hazards),
        team=_team(opinion, next((one.team for one in hazards if one.category == category), None)),
        referrals=tuple(dict.fromkeys(code for hazard in hazards for code in hazard.referrals)),
        confidence=_HAZARD_CONFIDENCE,
        reasons=tuple(hazard.reason for hazard in hazards),
        needs_person=False,
        hazards=tuple(hazard.name for hazard in hazards),
        alternatives=_others(opinion.categories, category),
    )


def _of_hazards(hazards: tuple[Hazard, ...], opinion: Opinion) -> Category:
    """The likeliest category, those of the dangers heard being likelier for it; the gravest where all is even."""
    heard = {hazard.category for hazard in hazards}
    shares = {category: share + (_HEARD if category in heard else 0) for category, share in opinion.categories}
    return max([hazards[0].category, *shares], key=lambda category: shares[category])


def _by_model(told: str, opinion: Opinion) -> Classification:
    category, confidence = opinion.categories[0]
    urgency, cue = _urgency(category, told, opinion)
    referral = referral_for(category, told)
    referrals = referral.referrals if referral else ()
    word = danger_word(told)
    return Classification(
        category=category,
        urgency=urgency,
        team=_team(opinion),
        referrals=referrals,
        confidence=confidence,
        reasons=tuple(_model_reasons(category, confidence, cue, referrals)) + _net_reasons(word),
        needs_person=confidence < CONFIDENCE_THRESHOLD or word is not None or opinion.danger >= ASK_THRESHOLD,
        hazards=(),
        alternatives=_others(opinion.categories, category),
    )


def _urgency(category: Category, told: str, opinion: Opinion) -> tuple[Urgency, str | None]:
    """The likeliest below P1 (danger is judged by itself), unless a cue in the text speaks for a more urgent one."""
    likeliest = next(urgency for urgency, _share in opinion.urgencies if urgency != Urgency.P1)
    spoken_for, cue = judge_urgency(category, told)
    if cue and spoken_for <= likeliest:
        return spoken_for, cue
    return likeliest, None


def _team(opinion: Opinion, of_hazard: Team | None = None) -> Team:
    """The likeliest team, a danger's own being likelier."""
    return max(opinion.teams, key=lambda pair: pair[1] + (_HEARD if pair[0] == of_hazard else 0))[0]


def _raised(suggestion: Classification, opinion: Opinion) -> Classification:
    """No rule heard a danger, but it is told as dangers are: the most urgent, and a person looks at once."""
    reason = (
        f"说法与危及生命、火灾、水浸的报事相近（把握 {opinion.danger:.0%}）：按特急处理，请立即问清是否有人处于险境。"
    )
    referrals = suggestion.referrals or _ASKED_IN_DANGER.get(suggestion.category, ())
    return replace(
        suggestion, urgency=Urgency.P1, referrals=referrals, needs_person=True, reasons=(reason, *suggestion.reasons)
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
