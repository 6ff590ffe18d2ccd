"""`bin/zhongshu COMMAND …`: the one command line, with the environment, the pages' parts and the database ready."""

import os
import sys

import _bootstrap

_bootstrap.enter("runtime")
import _ready  # noqa: E402

from zhongshu.__main__ import starts_none  # noqa: E402

_ready.pages()
if not starts_none(sys.argv[1:]):
    _ready.database()
os.execv(_bootstrap.PYTHON, [str(_bootstrap.PYTHON), "-m", "zhongshu", *sys.argv[1:]])  # noqa: S606
