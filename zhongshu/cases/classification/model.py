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

        self._reader = _new_reader()
        learner = _new_learner()
        seen = self._reader.fit_transform([_features(example.text) for example in examples])
        learner.fit(seen, [example.category.value for example in examples])
        self._categories = tuple(Category(name) for name in learner.classes_)
        self._weights = vstack([one.coef_[0] for one in learner.estimators_]).T
        self._bias = vstack([one.intercept_ for one in learner.estimators_])[:, 0]

    def rank(self, text: str) -> tuple[tuple[Category, float], ...]:
        """All categories with their share (they sum to 1), the likeliest first.

        One product with all the weights at once: asking each category's learner in turn costs five times as much.
        """
        from numpy import exp

        scores = (self._reader.transform([_features(text)]) @ self._weights)[0] + self._bias
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


def _new_reader() -> Any:
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.pipeline import make_union

    grams = TfidfVectorizer(analyzer="char", ngram_range=(1, 2), sublinear_tf=True)
    return make_union(grams, TfidfVectorizer(analyzer=concepts_in))


def _new_learner() -> Any:
    from sklearn.linear_model import LogisticRegression
    from sklearn.multiclass import OneVsRestClassifier

    return OneVsRestClassifier(LogisticRegression(C=3, solver="liblinear"))
