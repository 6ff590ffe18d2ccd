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
        self._pipeline = _new_pipeline()
        self._pipeline.fit([_features(example.text) for example in examples], [e.category.value for e in examples])

    def rank(self, text: str) -> tuple[tuple[Category, float], ...]:
        """All categories with their probability (they sum to 1), the likeliest first."""
        shares = self._pipeline.predict_proba([_features(text)])[0]
        pairs = zip(self._pipeline.classes_, shares, strict=True)
        return tuple(sorted(((Category(c), float(p)) for c, p in pairs), key=lambda pair: -pair[1]))


@cache
def shipped_model() -> CategoryModel:
    """The model trained on the sentences in the package; the first call trains it."""
    return CategoryModel(training_examples())


def _features(text: str) -> str:
    """House numbers say nothing about the matter, so all numbers look alike."""
    return _NUMBER.sub("0", normalise(text[:_READ_CHARACTERS]))


def _new_pipeline() -> Any:
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.linear_model import LogisticRegression
    from sklearn.multiclass import OneVsRestClassifier
    from sklearn.pipeline import make_pipeline, make_union

    grams = TfidfVectorizer(analyzer="char", ngram_range=(1, 2), sublinear_tf=True)
    concepts = TfidfVectorizer(analyzer=concepts_in)
    return make_pipeline(
        make_union(grams, concepts),
        OneVsRestClassifier(LogisticRegression(C=3, solver="liblinear")),
    )
