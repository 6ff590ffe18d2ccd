"""The small model: a linear judge per category, per pair of category and team, per urgency, and one for danger."""

from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from zhongshu.cases.classification.features import Features
from zhongshu.cases.classification.labels import Category, Team, Urgency

DANGER = "danger"

Ranking = tuple[tuple[str, float], ...]


@dataclass(frozen=True, slots=True)
class Opinion:
    """What the model makes of a sentence: labels with their share (they sum to 1), the likeliest first.

    `danger` is how likely the sentence tells of danger to life (P1), between 0 and 1.
    """

    categories: tuple[tuple[Category, float], ...]
    teams: tuple[tuple[Team, float], ...]
    urgencies: tuple[tuple[Urgency, float], ...]
    danger: float


@dataclass(frozen=True)
class Model:
    """`weights`: a row per feature, a column per output; `outputs` names the columns: `category:plumbing`,
    … `team:parking/security`, … `danger`.

    `rows` says which row belongs to which gram or sign; `idf` what each is worth by how rare it is.
    """

    rows: dict[str, int]
    idf: NDArray[np.float32]
    weights: NDArray[np.float32]
    bias: NDArray[np.float32]
    outputs: tuple[str, ...]

    def judge(self, features: Features) -> Opinion:
        """One product with all the weights at once: a fraction of a millisecond."""
        indices, values = vector(features, self.rows, self.idf)
        scores = values @ self.weights[indices] + self.bias
        urgencies = tuple((Urgency(name), share) for name, share in self._ranking("urgency", scores))
        told_as_danger = float(1 / (1 + np.exp(-scores[self.outputs.index(DANGER)])))
        return Opinion(
            categories=tuple((Category(name), share) for name, share in self._ranking("category", scores)),
            teams=self._teams(scores),
            urgencies=urgencies,
            # Two judges err on different sentences: the mean of them alarms less often in vain.
            danger=(told_as_danger + dict(urgencies)[Urgency.P1]) / 2,
        )

    def _teams(self, scores: NDArray[np.float32]) -> tuple[tuple[Team, float], ...]:
        """A team's share is that of all its pairs: whatever the matter is about, this team takes it."""
        shares = dict.fromkeys(Team, 0.0)
        for pair, share in self._ranking("team", scores):
            shares[Team(pair.split("/")[-1])] += share
        return tuple(sorted(shares.items(), key=lambda pair: -pair[1]))

    def _ranking(self, head: str, scores: NDArray[np.float32]) -> Ranking:
        columns = [(number, name.split(":")[1]) for number, name in enumerate(self.outputs) if name.startswith(head)]
        highest = max(scores[number] for number, _name in columns)
        likely = {name: float(np.exp(scores[number] - highest)) for number, name in columns}
        total = sum(likely.values())
        return tuple(sorted(((name, one / total) for name, one in likely.items()), key=lambda pair: -pair[1]))

    def packed(self) -> bytes:
        """The model as bytes that hold numbers and words only: reading them runs nothing."""
        buffer = BytesIO()
        words = [*self.rows, "", *self.outputs]
        np.savez_compressed(
            buffer,
            words=np.frombuffer("\n".join(words).encode(), dtype=np.uint8),
            idf=self.idf,
            weights=self.weights.astype(np.float16),
            bias=self.bias,
        )
        return buffer.getvalue()

    @classmethod
    def unpacked(cls, packed: bytes) -> Self:
        """What `packed` gave, its weights rounded to half precision."""
        with np.load(BytesIO(packed), allow_pickle=False) as kept:
            words = kept["words"].tobytes().decode().split("\n")
            names, outputs = words[: len(kept["idf"])], words[len(kept["idf"]) + 1 :]
            rows = {name: number for number, name in enumerate(names)}
            return cls(rows, kept["idf"], kept["weights"].astype(np.float32), kept["bias"], tuple(outputs))


def vector(
    features: Features, rows: dict[str, int], idf: NDArray[np.float32]
) -> tuple[NDArray[np.intp], NDArray[np.float32]]:
    """The known features of a sentence as row numbers and values: grams and signs each of length 1 in all."""
    grams = [(row, 1 + np.log(count)) for gram, count in features.grams.items() if (row := rows.get(gram)) is not None]
    signs = [(row, 1.0) for sign in features.signs if (row := rows.get(sign)) is not None]
    parts = [_of_length_one(part, idf) for part in (grams, signs)]
    return np.concatenate([part[0] for part in parts]), np.concatenate([part[1] for part in parts])


def _of_length_one(
    found: Sequence[tuple[int, Any]], idf: NDArray[np.float32]
) -> tuple[NDArray[np.intp], NDArray[np.float32]]:
    indices = np.array([row for row, _value in found], dtype=np.intp)
    values = np.array([value for _row, value in found], dtype=np.float32) * idf[indices]
    length = float(np.sqrt((values**2).sum()))
    return indices, (values / length if length else values).astype(np.float32)
