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
from zhongshu.cases.classification.labels import Category, Urgency
from zhongshu.cases.classification.model import DANGER, Model, vector
from zhongshu.cases.classification.text import normalise, readable_part

_STRENGTH = 50.0
_SMOOTHING = 0.1
_SHARPNESS = 1.6
"""How far apart scores pull the shares; chosen so that a share of 60 % is right about six times in ten."""

_DANGER_WEIGHT = 4.0

_TOLERANCE = 0.01
"""Learning nearer than this took half as long again, and not one sentence of the hold-out was judged otherwise."""

_LABEL_OF: dict[str, Callable[[Example], str]] = {
    "category": lambda example: example.category,
    # Who takes a matter hangs on what it is about, so the two are learned together.
    "team": lambda example: f"{example.category}/{example.team}",
    "urgency": lambda example: example.urgency,
}


def train(examples: Sequence[Example]) -> Model:
    """A model of these sentences. Deterministic: the same sentences give the same model."""
    features = [_features(example) for example in examples]
    rows, idf = _vocabulary(features)
    matrix = _matrix(features, rows, idf)
    answers = {head: [label_of(example) for example in examples] for head, label_of in _LABEL_OF.items()}
    labels = {"category": tuple(Category), "team": tuple(sorted(set(answers["team"]))), "urgency": tuple(Urgency)}
    heads = [_learn_head(matrix, labels[head], answers[head]) for head in _LABEL_OF]
    danger = _learn(_without_rules(matrix, rows), [each.urgency == Urgency.P1 for each in examples], _DANGER_WEIGHT)
    return Model(
        rows=rows,
        idf=idf,
        weights=np.hstack([*(weights for weights, _bias in heads), danger[0][:, None]]).astype(np.float32),
        bias=np.array([*(one for _weights, bias in heads for one in bias), danger[1]], dtype=np.float32),
        outputs=(*(f"{head}:{label}" for head in _LABEL_OF for label in labels[head]), DANGER),
    )


def _features(example: Example) -> Features:
    told = normalise(readable_part(example.text))
    return features_of(told, [hazard.name for hazard in find_hazards(told)])


def _vocabulary(features: Sequence[Features]) -> tuple[dict[str, int], NDArray[np.float32]]:
    seen = Counter(name for one in features for name in (*one.grams, *one.signs))
    known = sorted(seen)
    rarity = [log((1 + len(features)) / (1 + seen[name])) + 1 for name in known]
    return {name: number for number, name in enumerate(known)}, np.array(rarity, dtype=np.float32)


def _matrix(features: Sequence[Features], rows: dict[str, int], idf: NDArray[np.float32]) -> Any:
    from scipy.sparse import csr_matrix

    vectors = [vector(one, rows, idf) for one in features]
    ends = np.cumsum([0, *(len(indices) for indices, _values in vectors)])
    indices = np.concatenate([indices for indices, _values in vectors])
    values = np.concatenate([values for _indices, values in vectors])
    return csr_matrix((values, indices, ends), shape=(len(features), len(rows)))


def _without_rules(matrix: Any, rows: dict[str, int]) -> Any:
    """The same, deaf to the rules: danger is judged where no rule hears one, so it must be learned from the words.

    The rules were mended until they heard every danger that is learned from; who learns with them learns only to nod.
    """
    from scipy.sparse import diags

    kept = np.array([not name.startswith("hazard ") for name in rows], dtype=np.float32)
    return matrix @ diags(kept)


def _learn_head(
    matrix: Any, labels: Sequence[str], answers: Sequence[str]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """A column per label: a regression and a naive Bayes count added up, each on the same scale.

    The one is sure of what it has often seen, the other better at the rare word; together they beat either.
    """
    judges = [_learn(matrix, [answer == label for answer in answers], 1.0) for label in labels]
    parts = [
        (np.vstack([weights for weights, _bias in judges]).T, np.array([bias for _weights, bias in judges])),
        _counted(matrix, labels, answers),
    ]
    spreads = [float((matrix @ weights + bias).std(axis=1).mean()) or 1.0 for weights, bias in parts]
    weights = sum(part[0] / spread for part, spread in zip(parts, spreads, strict=True))
    bias = sum(part[1] / spread for part, spread in zip(parts, spreads, strict=True))
    return np.asarray(weights) * _SHARPNESS, np.asarray(bias) * _SHARPNESS


def _counted(
    matrix: Any, labels: Sequence[str], answers: Sequence[str]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """How much rarer each feature is in all the other labels (Rennie et al. 2003, complement naive Bayes)."""
    told = np.array(answers)
    everywhere = np.asarray(matrix.sum(axis=0)).ravel() + _SMOOTHING
    columns = []
    for label in labels:
        elsewhere = everywhere - np.asarray(matrix[told == label].sum(axis=0)).ravel()
        columns.append(-np.log(elsewhere / elsewhere.sum()))
    return np.array(columns).T, np.zeros(len(labels))


def _learn(matrix: Any, answers: Sequence[bool], weight: float) -> tuple[NDArray[np.float64], float]:
    """Weights and bias of one judge; never seen or always seen: it always answers that."""
    if len(set(answers)) == 1:
        return np.zeros(matrix.shape[1]), 10.0 if answers[0] else -10.0
    from sklearn.linear_model import LogisticRegression

    weights = {False: 1.0, True: weight}
    # Few sentences, many features: the dual problem is solved five times as fast.
    judge = LogisticRegression(
        C=_STRENGTH, tol=_TOLERANCE, solver="liblinear", dual=True, class_weight=weights, random_state=0
    )
    judge.fit(matrix, answers)
    return judge.coef_[0], float(judge.intercept_[0])
