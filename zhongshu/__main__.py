"""The command line: a thin front on Django's management commands (`bin/zhongshu`)."""

import keyword
import os
import sys


def main(argv: list[str]) -> None:
    """`resolve-place` is the module `resolve_place`; `import`, a word Python keeps for itself, is `import_`."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "zhongshu.config.settings")
    from django.core.management import execute_from_command_line

    if len(argv) > 1:
        name = argv[1].replace("-", "_") if not argv[1].startswith("-") else argv[1]
        argv = [argv[0], name + "_" if keyword.iskeyword(name) else name, *argv[2:]]
    execute_from_command_line(argv)


if __name__ == "__main__":
    main(["zhongshu", *sys.argv[1:]])
