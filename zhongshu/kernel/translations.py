"""Compiles the translations: `.mo` files are made, never committed."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path


def compile_newer(root: Path) -> list[Path]:
    """Compiles each `*/locale/*/LC_MESSAGES/*.po` under `root` that is newer than its `.mo`; gives those it made."""
    made = []
    for source in sorted(root.glob("*/locale/*/LC_MESSAGES/*.po")):
        target = source.with_suffix(".mo")
        if not target.exists() or target.stat().st_mtime_ns < source.stat().st_mtime_ns:
            _compile(source, target)
            made.append(target)
    return made


def _compile(source: Path, target: Path) -> None:
    """Puts the whole file in place at once, for a web process may be reading it."""
    import polib

    handle, draft = tempfile.mkstemp(dir=target.parent, suffix=".draft")
    os.close(handle)
    polib.pofile(str(source)).save_as_mofile(draft)
    Path(draft).chmod(0o644)
    Path(draft).replace(target)
