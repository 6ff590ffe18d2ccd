"""What a browser calls itself, in words people know."""

import re

from django.utils.translation import gettext as _

# The first that fits: most call themselves by several names.
_PROGRAMS = (
    ("wxwork", "企业微信"),  # matter
    ("MicroMessenger", "微信"),  # matter
    ("DingTalk", "钉钉"),  # matter
    ("ArkWeb", "ArkWeb"),
    ("Edg", "Edge"),
    ("OPR|Opera", "Opera"),
    ("QQBrowser", "QQ"),
    ("Firefox|FxiOS", "Firefox"),
    ("Chrome|CriOS|Chromium", "Chrome"),
    ("Safari", "Safari"),
)
_SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("HarmonyOS|OpenHarmony", "HarmonyOS"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Macintosh|Mac OS X", "macOS"),
    ("Linux|X11", "Linux"),
)


def browser_in_words(called: str) -> str:
    """`Mozilla/5.0 (Windows NT 10.0 …) … Edg/126.0` → `Edge · Windows`."""
    found = (_first(_PROGRAMS, called), _first(_SYSTEMS, called))
    return " · ".join(name for name in found if name) or _("未知设备")


def _first(names: tuple[tuple[str, str], ...], called: str) -> str:
    return next((name for pattern, name in names if re.search(pattern, called)), "")
