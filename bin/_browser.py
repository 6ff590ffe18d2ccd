"""Chromium and a Chinese font for the browser tests: there, brought by apt, or named for the user to install."""

from __future__ import annotations

import os
import platform
import shutil
import subprocess
from pathlib import Path

import _bootstrap

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FONT_DIRECTORIES = (Path("/usr/share/fonts"), Path("/usr/local/share/fonts"), Path.home() / ".fonts")
CHINESE_FONTS = ("wqy-*.ttc", "NotoSansCJK*", "NotoSerifCJK*", "SourceHanSans*", "simsun.*", "msyh.*")
PACKAGES = ("chromium", "fonts-wqy-microhei")


def prepare() -> None:
    """Sets ZHONGSHU_CHROMIUM to the browser, or ZHONGSHU_SKIP_BROWSER when there is none; CI=true forbids that."""
    if _missing() and os.geteuid() == 0 and _system() == "debian":
        _install(_missing())
    missing = _missing()
    if not missing:
        os.environ["ZHONGSHU_CHROMIUM"] = str(_browser())
        return
    sentence = f"the browser tests need {' and '.join(missing)}: {_advice(missing)}"
    if os.environ.get("CI") == "true":
        _bootstrap.give_up(sentence)
    _bootstrap.say(f"Skipping the browser tests; {sentence}")
    os.environ["ZHONGSHU_SKIP_BROWSER"] = "1"


def _missing() -> list[str]:
    found = {"chromium": _browser() is not None, "fonts-wqy-microhei": _has_chinese_font()}
    return [package for package in PACKAGES if not found[package]]


def _browser() -> str | None:
    return next(filter(None, map(shutil.which, BROWSERS)), None)


def _has_chinese_font() -> bool:
    if shutil.which("fc-list"):
        return bool(subprocess.run(["fc-list", ":lang=zh"], capture_output=True, check=False).stdout.strip())
    return any(any(place.rglob(name)) for place in FONT_DIRECTORIES for name in CHINESE_FONTS)


def _system() -> str:
    try:
        return platform.freedesktop_os_release()["ID"]
    except OSError:
        return platform.system()


def _install(packages: list[str]) -> None:
    """What fails is still missing afterwards, and said there."""
    _bootstrap.say(f"Installing {' and '.join(packages)} for the browser tests …")
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    for command in (["update", "-qq"], ["install", "-qq", "-y", "--no-install-recommends", *packages]):
        subprocess.run(["apt-get", *command], env=environment, stdout=subprocess.DEVNULL, check=False)


def _advice(missing: list[str]) -> str:
    if _system() == "ubuntu" and "chromium" in missing:
        rest = " and apt-get install fonts-wqy-microhei" if len(missing) > 1 else ""
        return f"on Ubuntu, snap install chromium{rest} (as root)."
    return f"apt-get install {' '.join(missing)} (as root)."
