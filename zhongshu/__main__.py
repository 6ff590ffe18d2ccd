"""The command line: a thin front on Django's management commands (`bin/zhongshu`)."""

import gc
import os
import signal
import sys
from typing import NoReturn

STARTS_ITS_DATABASE_ITSELF = ("backup", "restore", "simulate")
NEEDS_NO_DATABASE = (("billing", "formula"),)
HELP: tuple[list[str], ...] = ([], ["help"], ["--help"], ["-h"])


def main(argv: list[str]) -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "zhongshu.config.settings")
    from zhongshu.kernel.database import DatabaseUnavailable

    for number in (signal.SIGTERM, signal.SIGHUP):
        if signal.getsignal(number) is not signal.SIG_IGN:  # nohup
            signal.signal(number, _end)
    try:
        _main(argv)
    except DatabaseUnavailable as reason:
        sys.exit(f"zhongshu: {reason}")


def _end(number: int, _frame: object) -> NoReturn:
    """Ends as after Ctrl-C: the database server that was started for this command is stopped again."""
    sys.exit(128 + number)


def starts_none(words: list[str]) -> bool:
    """Whether the command of these words is run without a database brought up for it."""
    return words[:1] in [[name] for name in STARTS_ITS_DATABASE_ITSELF] or tuple(words[:2]) in NEEDS_NO_DATABASE


def _main(argv: list[str]) -> None:
    from zhongshu.kernel.command import module_of
    from zhongshu.kernel.database import postpone

    program, *words = argv
    if words in HELP:
        print(_overview())
        return
    first, *rest = words
    if first == "help" and not rest[0].startswith("-"):
        first, rest = rest[0], ["--help"]
    if starts_none([first, *rest]):
        postpone()
    _run([program, module_of(first), *rest])


def _load() -> None:
    """What is loaded stays: the collector of garbage need not look at all of it again and again."""
    import django

    gc.disable()
    django.setup()
    gc.freeze()
    gc.enable()


def _run(argv: list[str]) -> None:
    """Ctrl-C, and a reader that has seen enough (`… | head`), are no accidents to be told about."""
    from django.core.management import execute_from_command_line

    try:
        _load()
        execute_from_command_line(argv)
        sys.stdout.flush()
    except KeyboardInterrupt:
        sys.exit(130)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)


def _overview() -> str:
    """Our own commands with a line for each; Django's are there too, for those who know them."""
    from django.core.management import get_commands, load_command_class

    from zhongshu.kernel.command import name_of

    _load()
    ours = {module: app for module, app in sorted(get_commands().items()) if app.startswith("zhongshu.")}
    lines = [f"  {name_of(module):<16}{load_command_class(app, module).help}" for module, app in ours.items()]
    ends = ["", "bin/zhongshu COMMAND --help tells more; `bin/zhongshu help --commands` also names Django's own."]
    return "\n".join(["bin/zhongshu COMMAND …", "", *lines, *ends])


if __name__ == "__main__":
    main(["zhongshu", *sys.argv[1:]])
