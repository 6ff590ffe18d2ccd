"""`bin/bench NAME …`: how fast, against what; each figure beside its floor, measured in one run (bench/README.md)."""

import os
import sys

import _bootstrap

_bootstrap.enter("runtime")
import _ready  # noqa: E402

_ready.pages()
os.chdir(_bootstrap.REPOSITORY)
os.execv(_bootstrap.PYTHON, [str(_bootstrap.PYTHON), "-m", "bench", *sys.argv[1:]])  # noqa: S606
