"""Choices of a policy as people type them: `grace_days=45`, `arrears_life=none`, `arrears.6.points=-8`."""

from collections.abc import Iterable, Mapping
from datetime import time
from decimal import Decimal, InvalidOperation
from json import JSONDecodeError, loads
from typing import Any, Final

from django.utils.translation import gettext as _

from zhongshu.care.kinds import Rule
from zhongshu.care.policies.checking import LABELS, LIVES, RANGES, SWITCHES, TIER
from zhongshu.kernel.errors import Invalid

_PLAIN: Final = ("ignore_below", "evaluate_at")
_YES: Final = ("true", "yes", "on", "1", "是")  # matter
_NO: Final = ("false", "no", "off", "0", "否")  # matter
_NONE: Final = ("none", "null", "forever", "永久")  # matter


def read(said: Iterable[str], before: Mapping[str, Any]) -> dict[str, Any]:
    """The choices named in `name=value` words, whole; parts of a shape are set into what stood `before`.

    Raises Invalid for words that cannot be read; whether the choices make sense is `checking`'s to say.
    """
    found: dict[str, Any] = {}
    for words in said:
        name, is_said, text = words.partition("=")
        name, text = name.strip(), text.strip()
        if not is_said:
            raise Invalid(_("“%(words)s”请写成 名称=值，如 grace_days=45。") % {"words": words}, field="set")
        if name in LABELS:
            found[name] = _value(name, text)
        else:
            whole, path = _part(name)
            found[whole] = _with(found.get(whole, before[whole]), path, _json(name, text))
            if not found[whole]:
                raise _absent(name)
    return found


def as_json(choices: Mapping[str, Any]) -> dict[str, Any]:
    """The choices as JSON keeps them: money and hours as text."""
    return {name: _plain(value) for name, value in choices.items()}


def from_json(kept: Mapping[str, Any]) -> dict[str, Any]:
    """The choices back from `as_json`."""
    return {name: _value(name, value) if name in _PLAIN else value for name, value in kept.items()}


def _plain(value: Any) -> Any:
    return str(value) if isinstance(value, Decimal) else f"{value:%H:%M}" if isinstance(value, time) else value


def _value(name: str, text: str) -> Any:
    if name in LIVES and text.lower() in _NONE:
        return None
    if name in RANGES:
        return _whole(name, text)
    if name in SWITCHES:
        return _switch(name, text)
    if name == "ignore_below":
        return _money(name, text)
    return _clock(name, text) if name == "evaluate_at" else _json(name, text)


def _whole(name: str, text: str) -> int:
    try:
        return int(text)
    except ValueError:
        raise _unreadable(name, text, _("整数")) from None


def _switch(name: str, text: str) -> bool:
    if text.lower() not in (*_YES, *_NO):
        raise _unreadable(name, text, "true / false")
    return text.lower() in _YES


def _money(name: str, text: str) -> Decimal:
    try:
        return Decimal(text)
    except InvalidOperation:
        raise _unreadable(name, text, _("金额")) from None


def _clock(name: str, text: str) -> time:
    try:
        return time.fromisoformat(text)
    except ValueError:
        raise _unreadable(name, text, _("时刻，如 06:00")) from None


def _json(name: str, text: str) -> Any:
    try:
        return loads(text)
    except (JSONDecodeError, RecursionError):
        return text


def _unreadable(name: str, text: str, wanted: str) -> Invalid:
    words = {"label": LABELS[name], "text": text, "wanted": wanted}
    return Invalid(_("%(label)s：“%(text)s”不是%(wanted)s。") % words, field=name)


def _part(name: str) -> tuple[str, tuple[str, ...]]:
    """`arrears.6.points` is a part of the ladder, `bands.good` and `complaint_bands.major` of theirs."""
    rule, _dot, key = name.rpartition(".")
    if rule in list(Rule) and key in TIER - {"rule"}:
        return "tiers", (rule, key)
    whole, _dot, key = name.partition(".")
    if whole in ("bands", "complaint_bands") and key:
        return whole, (key,)
    raise _absent(name)


def _absent(name: str) -> Invalid:
    return Invalid(_("没有“%(name)s”这一项规则。") % {"name": name}, field="set")


def _with(shape: Any, path: tuple[str, ...], value: Any) -> Any:
    """A copy with that part set; nothing where the shape has no such part."""
    if len(path) == 2:
        there = any(tier["rule"] == path[0] for tier in shape)
        return there and [{**tier, path[1]: value} if tier["rule"] == path[0] else tier for tier in shape]
    if isinstance(shape, dict):
        return path[0] in shape and {**shape, path[0]: value}
    there = any(band == path[0] for band, _least in shape)
    return there and [[band, value if band == path[0] else least] for band, least in shape]
