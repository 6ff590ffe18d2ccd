"""Workbooks on disk, for the command line."""

from pathlib import Path

from zhongshu.estate.workbooks.reading import UnreadableWorkbook


def read_file(path: Path) -> bytes:
    """Raises UnreadableWorkbook."""
    try:
        return path.read_bytes()
    except OSError as error:
        raise UnreadableWorkbook(f"读不了文件 {path}：{error.strerror}。") from error


def write_file(path: Path, content: bytes) -> None:
    """Raises UnreadableWorkbook where it cannot be written."""
    try:
        path.write_bytes(content)
    except OSError as error:
        raise UnreadableWorkbook(f"写不了文件 {path}：{error.strerror}。") from error
