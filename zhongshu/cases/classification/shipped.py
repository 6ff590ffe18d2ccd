"""The model of the sentences in the package: learned once per machine, then read."""

import fcntl
import subprocess
import sys
from functools import cache
from hashlib import sha256
from importlib.resources import files
from pathlib import Path

from zhongshu.cases.classification.examples import training_examples
from zhongshu.cases.classification.model import Model
from zhongshu.kernel.database import data_dir

_in_use: tuple[int, Model] | None = None


def model_in_use() -> Model:
    """The one that was last taken into use in this process, else the shipped one."""
    return _in_use[1] if _in_use else shipped_model()


def name_in_use() -> int | None:
    """The name given to `use`; None while the shipped model is used."""
    return _in_use[0] if _in_use else None


def use(name: int | None, model: Model | None = None) -> None:
    """Judge by this model from now on; None: by the shipped one again."""
    global _in_use  # noqa: PLW0603 - one model per process, read by whoever classifies
    _in_use = (name, model) if name is not None and model is not None else None


@cache
def shipped_model() -> Model:
    """Learned when no process of this machine has learned it from these sentences and rules before (some seconds)."""
    kept = _kept()
    if kept.exists():
        return Model.unpacked(kept.read_bytes())
    with (kept.parent / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        return Model.unpacked(kept.read_bytes() if kept.exists() else _learned(kept))


def learn_aside() -> None:
    """Begin to learn it in a process of its own, if nobody has; who needs it before that is done waits for the rest."""
    if not _kept().exists():
        subprocess.Popen([sys.executable, "-c", f"import {__name__} as shipped; shipped.shipped_model()"])


def _kept() -> Path:
    """Where it stands, or will."""
    directory = data_dir() / "models"
    directory.mkdir(parents=True, exist_ok=True)
    return directory / f"{_fingerprint()}.npz"


def _learned(kept: Path) -> bytes:
    from zhongshu.cases.classification.training import train

    packed = train(training_examples()).packed()
    unfinished = kept.with_suffix(".unfinished")
    unfinished.write_bytes(packed)
    unfinished.replace(kept)
    return packed


def _fingerprint() -> str:
    """Of everything the model depends on: sentences and rules."""
    package = files("zhongshu.cases.classification")
    sources = sorted(one.name for one in package.iterdir() if one.name.endswith(".py"))
    parts = [package.joinpath(name).read_bytes() for name in sources]
    return sha256(b"\0".join([*parts, package.joinpath("data", "training.tsv").read_bytes()])).hexdigest()[:16]
