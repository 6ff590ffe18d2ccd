"""Learning the model from labelled sentences. Needs scikit-learn, which judging does not."""

from collections import Counter
from collections.abc import Callable, Sequence
from math import log
from typing import Any

import numpy as np
from numpy.typing import NDArray

from zhongshu.cases.classification.examples import Example
from zhongshu.cases.classification.features import Features, features_of
from zhongshu.cases.classification.hazards import find_hazards
from zhongshu.cases.classification.labels import Category, Team, Urgency
from zhongshu.cases.classification.model import DANGER, Model, vector
from zhongshu.cases.classification.text import normalise, readable_part

_RAREST = 2
"""A gram that stands in one sentence alone teaches nothing about others."""

_STRENGTH = 10.0
_DANGER_WEIGHT = 4.0

_LABELS: tuple[tuple[str, Sequence[str], Callable[[Example], str]], ...] = (
    ("category", tuple(Category), lambda example: example.category),
    ("team", tuple(Team), lambda example: example.team),
    ("urgency", tuple(Urgency), lambda example: example.urgency),
)


def train(examples: Sequence[Example]) -> Model:
    """A model of these sentences. Deterministic: the same sentences give the same model."""
    features = [_features(example) for example in examples]
    rows, idf = _vocabulary(features)
    matrix = _matrix(features, rows, idf)
    columns = [
        (f"{head}:{label}", [label_of(example) == label for example in examples], 1.0)
        for head, labels, label_of in _LABELS
        for label in labels
    ]
    columns.append((DANGER, [example.urgency == Urgency.P1 for example in examples], _DANGER_WEIGHT))
    learned = [_learn(matrix, answers, weight) for _name, answers, weight in columns]
    return Model(
        rows=rows,
        idf=idf,
        weights=np.vstack([weights for weights, _bias in learned]).T.astype(np.float32),
        bias=np.array([bias for _weights, bias in learned], dtype=np.float32),
        outputs=tuple(name for name, _answers, _weight in columns),
    )


def _features(example: Example) -> Features:
    told = normalise(readable_part(example.text))
    return features_of(told, [hazard.name for hazard in find_hazards(told)])


def _vocabulary(features: Sequence[Features]) -> tuple[dict[str, int], NDArray[np.float32]]:
    seen = Counter(name for one in features for name in (*one.grams, *one.signs))
    known = sorted(name for name, count in seen.items() if count >= _RAREST)
    rarity = [log((1 + len(features)) / (1 + seen[name])) + 1 for name in known]
    return {name: number for number, name in enumerate(known)}, np.array(rarity, dtype=np.float32)


def _matrix(features: Sequence[Features], rows: dict[str, int], idf: NDArray[np.float32]) -> Any:
    from scipy.sparse import csr_matrix

    vectors = [vector(one, rows, idf) for one in features]
    ends = np.cumsum([0, *(len(indices) for indices, _values in vectors)])
    indices = np.concatenate([indices for indices, _values in vectors])
    values = np.concatenate([values for _indices, values in vectors])
    return csr_matrix((values, indices, ends), shape=(len(features), len(rows)))


def _learn(matrix: Any, answers: Sequence[bool], weight: float) -> tuple[NDArray[np.float64], float]:
    """Weights and bias of one judge; never seen or always seen: it always answers that."""
    if len(set(answers)) == 1:
        return np.zeros(matrix.shape[1]), 10.0 if answers[0] else -10.0
    from sklearn.linear_model import LogisticRegression

    weights = {False: 1.0, True: weight}
    # Few sentences, many features: the dual problem is solved five times as fast.
    judge = LogisticRegression(C=_STRENGTH, solver="liblinear", dual=True, class_weight=weights, random_state=0)
    judge.fit(matrix, answers)
    return judge.coef_[0], float(judge.intercept_[0])
