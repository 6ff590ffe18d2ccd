"""What every script needs before it can work: page assets, translations, the database. Runs in the environment."""

from __future__ import annotations

import os
from pathlib import Path

import _bootstrap

from zhongshu.kernel import database as launcher
from zhongshu.kernel import translations
from zhongshu.kernel.database import DatabaseUnavailable
from zhongshu.web import build_assets


def pages() -> None:
    """Brings page assets and compiles translations, if they are not there yet or not the newest."""
    if not build_assets.is_current():
        _bootstrap.say("Bringing the parts of the pages (half a minute the first time) …")
        try:
            build_assets.build()
        except build_assets.AssetsUnavailable as reason:
            _bootstrap.give_up(str(reason))
    translations.compile_newer(_bootstrap.REPOSITORY / "zhongshu")


def database(data: Path | None = None) -> None:
    """Starts the database in `data` (else where the environment says) for this process and its children."""
    if data is not None:
        os.environ["ZHONGSHU_DATA"] = str(data)
    elif os.environ.get("ZHONGSHU_DATA"):
        os.environ["ZHONGSHU_DATA"] = str(Path(os.environ["ZHONGSHU_DATA"]).absolute())
    try:
        launcher.ensure()
    except DatabaseUnavailable as reason:
        _bootstrap.give_up(str(reason))


def wipe(data: Path) -> None:
    """Empties a data directory of ours."""
    try:
        launcher.wipe(data)
    except DatabaseUnavailable as reason:
        _bootstrap.give_up(str(reason))
