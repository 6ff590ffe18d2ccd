"""What is told of foresight, to programs and people alike: plain data."""

from typing import Any

from zhongshu.foresight.kinds import FEATURE_LABELS, OURS, Feature
from zhongshu.foresight.models import Forecast, Learning
from zhongshu.foresight.policies.quality import Bin
from zhongshu.foresight.policies.sentences import sentence
from zhongshu.foresight.queries.forecasts import last_day, lived
from zhongshu.foresight.queries.state import in_use, last_learning, state_of
from zhongshu.identity.models import Site

QUALITY = ("rows", "accounts", "happened", "brier", "base_brier", "rule_brier", "skill", "skill_from", "error", "order")


def learning_told(learning: Learning) -> dict[str, Any]:
    """What was learned, how good it is, what weighs how much (as odds: 2 doubles them for each unit)."""
    return {
        "on": learning.on,
        "at": learning.at,
        "accounts": learning.accounts,
        "rows": learning.rows,
        "adopted": learning.is_adopted,
        "reason": learning.reason,
        "quality": {name: _rounded(learning.quality[name]) for name in QUALITY},
        "reliability": [_bin({**each}) for each in learning.quality["bins"]],
        "weights": weights_told(learning),
    }


def weights_told(learning: Learning) -> dict[str, float]:
    """In log-odds for each unit of a feature."""
    return {name: round(term["weight"], 3) for name, term in learning.formula["terms"].items()}


def report_told(site: Site) -> dict[str, Any]:
    """All there is to know about foresight at a site."""
    state, using, last = state_of(site.pk), in_use(), last_learning()
    came_true = lived(site.pk)
    return {
        "site": site.code,
        "on": state.is_on,
        "company_switch": state.company,
        "site_switch": state.site,
        "foreseen_on": last_day(site.pk),
        "in_use": learning_told(using) if using else None,
        "last_learning": None if last is None else {"on": last.on, "adopted": last.is_adopted, "reason": last.reason},
        "lived": None if came_true is None else {
            "first_on": came_true.first_on,
            "last_on": came_true.last_on,
            "rows": came_true.rows,
            "happened": came_true.happened,
            "brier": _rounded(came_true.brier),
            "base_brier": _rounded(came_true.base_brier),
            "reliability": [bin_told(each) for each in came_true.bins],
        },
    }  # fmt: skip


def forecast_told(row: Forecast) -> dict[str, Any]:
    """One account."""
    return {
        "account": row.account.number,
        "place": row.account.unit.label if row.account.unit else None,
        "keeper": row.keeper.name if row.keeper else None,
        "on": row.on,
        "months_in_arrears": row.months,
        "probability": row.probability,
        "reasons": [reason_told(*each) for each in row.reasons],
    }


def reason_told(name: str, value: float, pull: float) -> dict[str, Any]:
    """A reason in words; `raises`: towards arrears; `ours`: what we can mend."""
    feature = Feature(name)
    return {
        "feature": name,
        "value": round(value, 2),
        "pull": pull,
        "raises": pull > 0,
        "ours": feature in OURS and value > 0,
        "text": sentence(feature, value),
        "label": str(FEATURE_LABELS[feature]),
    }


def bin_told(each: Bin) -> dict[str, Any]:
    return _bin({name: getattr(each, name) for name in ("low", "high", "count", "foreseen", "happened")})


def _bin(each: dict[str, Any]) -> dict[str, Any]:
    return {name: _rounded(value) for name, value in each.items()}


def _rounded(value: float) -> float:
    return round(value, 4)
