"""What the call-taker's screen shows while somebody speaks: who it is, where it is, what it is about."""

import re
from dataclasses import dataclass
from datetime import datetime

from zhongshu.cases.classification import Classification, classify
from zhongshu.cases.classification.hazards import HAZARDS
from zhongshu.cases.queries import resolve_place
from zhongshu.console.accounts import AccountBrief
from zhongshu.estate.addressing import Verdict, VerdictStatus, wording
from zhongshu.estate.queries import digits_of, layout_of

_PHONE = re.compile(r"\+?\d[\d ]{6,19}")
_NAME = re.compile(r"[\u4e00-\u9fff·]{2,5}")
SETTLED = frozenset({VerdictStatus.UNIQUE, VerdictStatus.PUBLIC_AREA, VerdictStatus.FROM_HISTORY})


@dataclass(frozen=True, slots=True)
class Heard:
    """What the call-taker typed: who or where, what was said, and the account picked for it."""

    who: str
    text: str
    account: AccountBrief | None

    @property
    def is_phone(self) -> bool:
        return bool(_PHONE.fullmatch(self.who))

    @property
    def is_name(self) -> bool:
        return bool(_NAME.fullmatch(self.who)) or (self.who.isascii() and self.who.isalpha())

    @property
    def caller_phone(self) -> str:
        """The number typed, else the one on file for the account."""
        if self.is_phone:
            return digits_of(self.who)
        return self.account.phone if self.account else ""

    @property
    def caller_name(self) -> str:
        if self.account:
            return self.account.name
        return self.who if _NAME.fullmatch(self.who) else ""

    @property
    def place_text(self) -> str:
        """The room typed; for an account without a number on file, its own room."""
        if self.who and not self.is_phone and not self.is_name:
            return self.who
        return self.account.unit_code if self.account and not self.caller_phone else ""


@dataclass(frozen=True, slots=True)
class Choice:
    """A place one may pick: `key` is the digit that picks it together with Alt, if there is one left."""

    code: str
    name: str
    key: int | None
    is_picked: bool


@dataclass(frozen=True, slots=True)
class Reading:
    """What the machine makes of it so far."""

    verdict: Verdict
    classification: Classification
    choices: list[Choice]

    @property
    def is_settled(self) -> bool:
        return self.verdict.status in SETTLED and len(self.verdict.places) == 1

    @property
    def hazards(self) -> list[str]:
        """What to say and do, per hazard heard."""
        return [hazard.reason for hazard in HAZARDS if hazard.name in self.classification.hazards]

    @property
    def picked(self) -> str:
        return next((choice.code for choice in self.choices if choice.is_picked), "")


def read(heard: Heard, *, site_id: int, picked: str, at: datetime) -> Reading:
    """The verdict on the place with the choices it leaves, and the suggested classification."""
    spoken = f"{heard.place_text} {heard.text}".strip()
    verdict = resolve_place(site_id=site_id, text=spoken, phone=heard.caller_phone, at=at)
    return Reading(verdict, classify(heard.text), _choices(verdict, heard, site_id=site_id, picked=picked))


def _choices(verdict: Verdict, heard: Heard, *, site_id: int, picked: str) -> list[Choice]:
    home = heard.account.unit_code if heard.account else ""
    codes = list(_open_codes(verdict)) or [code for code in (home,) if code and not verdict.places]
    chosen = picked if picked in codes else home if home in codes and verdict.status != VerdictStatus.CONFLICT else ""
    layout = layout_of(site_id)
    return [
        Choice(code, wording.name(code, layout), number if number < 10 else None, is_picked=code == chosen)
        for number, code in enumerate(codes, start=1)
    ]


def _open_codes(verdict: Verdict) -> tuple[str, ...]:
    if verdict.status in SETTLED and len(verdict.places) == 1:
        return ()
    return verdict.places or verdict.suggestions
