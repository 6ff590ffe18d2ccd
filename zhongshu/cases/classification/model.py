"""The small model: character n-grams and concepts, one category against the rest; trained once per process."""

import re
from collections.abc import Sequence
from functools import cache
from typing import Any

from zhongshu.cases.classification.concepts import concepts_in
from zhongshu.cases.classification.examples import Example, training_examples
from zhongshu.cases.classification.labels import Category
from zhongshu.cases.classification.text import normalise

_READ_CHARACTERS = 400
"""A matter is said in its first sentences; what follows would only cost time."""

_NUMBER = re.compile(r"\d+")


class CategoryModel:
    """Says how likely each category is for a sentence."""

    def __init__(self, examples: Sequence[Example]) -> None:
        from numpy import vstack
        from scipy.sparse import hstack

        self._readers = _new_readers()
        learner = _new_learner()
        texts = [_features(example.text) for example in examples]
        seen = hstack([reader.fit_transform(texts) for reader in self._readers]).tocsr()
        learner.fit(seen, [example.category.value for example in examples])
        ends = len(self._readers[0].vocabulary_)
        self._categories = tuple(Category(name) for name in learner.classes_)
        weights = vstack([one.coef_[0] for one in learner.estimators_]).T
        self._weights = (weights[:ends], weights[ends:])
        self._bias = vstack([one.intercept_ for one in learner.estimators_])[:, 0]

    def rank(self, text: str) -> tuple[tuple[Category, float], ...]:
        """All categories with their share (they sum to 1), the likeliest first.

        One product with all the weights at once: asking each category's learner in turn costs five times as much.
        """
        from numpy import exp

        said = [_features(text)]
        parts = zip(self._readers, self._weights, strict=True)
        scores = sum((reader.transform(said) @ weights)[0] for reader, weights in parts) + self._bias
        likely = 1 / (1 + exp(-scores))
        pairs = zip(self._categories, (likely / likely.sum()).tolist(), strict=True)
        return tuple(sorted(pairs, key=lambda pair: -pair[1]))


@cache
def shipped_model() -> CategoryModel:
    """The model trained on the sentences in the package; the first call trains it."""
    return CategoryModel(training_examples())


def _features(text: str) -> str:
    """House numbers say nothing about the matter, so all numbers look alike."""
    return _NUMBER.sub("0", normalise(text[:_READ_CHARACTERS]))


def _new_readers() -> tuple[Any, Any]:
    """Asked one after the other: sklearn's own union of them costs as much again as their work on one sentence."""
    from sklearn.feature_extraction.text import TfidfVectorizer

    grams = TfidfVectorizer(analyzer="char", ngram_range=(1, 2), sublinear_tf=True)
    return grams, TfidfVectorizer(analyzer=concepts_in)


def _new_learner() -> Any:
    from sklearn.linear_model import LogisticRegression
    from sklearn.multiclass import OneVsRestClassifier

    return OneVsRestClassifier(LogisticRegression(C=3, solver="liblinear"))
