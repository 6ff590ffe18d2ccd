"""`bin/zhongshu COMMAND …`: the one command line, with the environment, the pages' parts and the database ready."""

import os
import sys

import _bootstrap

_bootstrap.enter("runtime")
import _ready  # noqa: E402

_ready.pages()
_ready.database()
os.execv(_bootstrap.PYTHON, [str(_bootstrap.PYTHON), "-m", "zhongshu", *sys.argv[1:]])  # noqa: S606
