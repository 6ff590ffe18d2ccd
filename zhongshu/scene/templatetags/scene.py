"""Words and colours of calls for help."""

from typing import Any

from django import template

from zhongshu.scene.kinds import EntryKind
from zhongshu.scene.lifecycle import AssistanceState
from zhongshu.work.templatetags.orders import span

register = template.Library()
register.filter("span", span)

STATE_COLOURS = {
    AssistanceState.CALLING: "red",
    AssistanceState.COMING: "amber",
    AssistanceState.THERE: "blue",
    AssistanceState.OVER: "grey",
    AssistanceState.REPORTED: "green",
}
FACTS = ("station", "report_number", "officer", "hospital", "vehicle", "owner", "what", "outcome", "place", "order")


@register.filter
def scene_badge(state: str) -> str:
    """The colour of a state's badge."""
    return STATE_COLOURS[AssistanceState(state)]


@register.filter
def facts(entry: Any) -> list[str]:
    """The further words of a line of the log, but not a witness's number."""
    return [entry.facts[name] for name in ("name", *FACTS) if entry.facts.get(name)]


@register.filter
def is_photo(entry: Any) -> bool:
    """Whether a line holds a photo."""
    return bool(entry.kind == EntryKind.PHOTO)


@register.filter
def took(call: Any) -> Any:
    """How long the first back-up took."""
    return call.arrived_at - call.raised_at
