"""Makes the virtual environment from the hashed locks and keeps it up to date; standard library only.

Every script calls `enter(LOCK)` first and goes on inside the environment.
"""

from __future__ import annotations

import fcntl
import hashlib
import importlib.util
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NoReturn

REPOSITORY = Path(__file__).resolve().parents[1]
ENVIRONMENT = REPOSITORY / ".venv"
PYTHON = ENVIRONMENT / "bin" / "python"
REQUIREMENTS = REPOSITORY / "requirements"
CONTAINED = {"runtime": ["runtime"], "dev": ["dev", "runtime"]}


def enter(lock: str) -> None:
    """Brings `requirements/LOCK.txt` into the environment and goes on in it, from any working directory."""
    if not _is_current(lock):
        with _alone():
            if not _is_current(lock):
                _bring(lock)
    if Path(sys.prefix).resolve() != ENVIRONMENT.resolve():
        os.execv(PYTHON, [str(PYTHON), *sys.argv])  # noqa: S606
    others = os.environ.get("PYTHONPATH")
    os.environ["PYTHONPATH"] = os.pathsep.join([str(REPOSITORY), *([others] if others else [])])
    sys.path.insert(0, str(REPOSITORY))


def give_up(sentence: str) -> NoReturn:
    sys.exit(f"zhongshu: {sentence}")


def say(sentence: str) -> None:
    print(sentence, file=sys.stderr, flush=True)


def _stamp(lock: str) -> Path:
    return ENVIRONMENT / f"zhongshu-{lock}.stamp"


def _fingerprint(lock: str) -> str:
    return hashlib.sha256((REQUIREMENTS / f"{lock}.txt").read_bytes()).hexdigest()


def _is_current(lock: str) -> bool:
    stamp = _stamp(lock)
    return os.access(PYTHON, os.X_OK) and stamp.exists() and stamp.read_text(encoding="ascii") == _fingerprint(lock)


def _bring(lock: str) -> None:
    say("Setting up Python's packages (a minute or two the first time) …")
    if not os.access(ENVIRONMENT / "bin" / "pip", os.X_OK) or not os.access(PYTHON, os.X_OK):
        _create_environment()
    pip = [str(PYTHON), "-m", "pip", "install", "-qq", "--disable-pip-version-check", "--require-hashes"]
    _run([*pip, "-r", str(REQUIREMENTS / "bootstrap.txt")])
    uv = [str(ENVIRONMENT / "bin" / "uv"), "pip", "install", "--quiet", "--python", str(PYTHON)]
    _run([*uv, "--require-hashes", "-r", str(REQUIREMENTS / f"{lock}.txt")])
    for part in CONTAINED[lock]:
        _stamp(part).write_text(_fingerprint(part), encoding="ascii")


def _create_environment() -> None:
    """Debian ships Python without `ensurepip`; `venv` then leaves half an environment behind."""
    if importlib.util.find_spec("venv") is None or importlib.util.find_spec("ensurepip") is None:
        give_up("Python's venv module is missing: apt-get install python3-venv")
    _run([sys.executable, "-m", "venv", "--clear", str(ENVIRONMENT)])


def _run(command: list[str]) -> None:
    if subprocess.run(command, check=False).returncode != 0:
        give_up(f"setting up Python's packages failed, see above; the command was: {' '.join(command)}")


@contextmanager
def _alone() -> Iterator[None]:
    """Two scripts at once: the second waits, then finds the work done."""
    directory = REPOSITORY / "var"
    try:
        directory.mkdir(exist_ok=True)
        handle = (directory / "bootstrap.lock").open("a")
    except OSError as refusal:
        give_up(f"{directory} can't be written ({refusal.strerror}): run this as the owner of the clone.")
    with handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
