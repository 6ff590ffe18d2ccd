"""The labelled sentences that ship with the package: what the model learns from and what it is measured on."""

import csv
from dataclasses import dataclass
from importlib.resources import files

from zhongshu.cases.classification.labels import Category, Referral, Team, Urgency


@dataclass(frozen=True)
class Example:
    """A sentence and what a careful person says it is."""

    text: str
    category: Category
    urgency: Urgency
    team: Team
    referrals: tuple[Referral, ...]


def training_examples() -> tuple[Example, ...]:
    """What the model learns from."""
    return _read("training.tsv")


def holdout_examples() -> tuple[Example, ...]:
    """What the model never sees and is measured on."""
    return _read("holdout.tsv")


def _read(name: str) -> tuple[Example, ...]:
    table = files("zhongshu.cases.classification").joinpath("data", name).read_text(encoding="utf-8")
    rows = csv.DictReader(table.splitlines(), delimiter="\t", quoting=csv.QUOTE_NONE)
    return tuple(_example(row) for row in rows)


def _example(row: dict[str, str]) -> Example:
    return Example(
        text=row["text"],
        category=Category(row["category"]),
        urgency=Urgency(row["urgency"]),
        team=Team(row["team"]),
        referrals=tuple(Referral(code) for code in row["referral"].split(";") if code),
    )
