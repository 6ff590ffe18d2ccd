"""Set-based statements live in files beside the app that owns them: `zhongshu/<app>/sql/<name>.sql`."""

from functools import cache
from pathlib import Path

_PACKAGE = Path(__file__).resolve().parents[1]


@cache
def statement(app: str, name: str) -> str:
    """The text of `zhongshu/<app>/sql/<name>.sql`."""
    return (_PACKAGE / app / "sql" / f"{name}.sql").read_text(encoding="utf-8")
