"""Many documents as one file: set in chunks that stay on the disk, so that a job that was killed goes on after them."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path
from shutil import rmtree
from typing import Any, Final

from django.conf import settings
from django.core.files import File

from zhongshu.collecting.engine.letters import PAPER, RELATED, Letter, bill_letters, notice_letters, paper_of
from zhongshu.collecting.kinds import PrintSubject
from zhongshu.collecting.lifecycle import PrintState
from zhongshu.collecting.models import Notice, PrintRun
from zhongshu.estate.models import Account
from zhongshu.web.binding import bind
from zhongshu.web.typesetter import Typesetter

CHUNK: Final = 50
"""Letters set at once: few enough that typst's memory stays flat, enough that they share a font."""


def print_out(run: PrintRun, *, at: datetime) -> None:
    """Set what is not set yet, and bind it. Nobody else is at work on it (the job's lock)."""
    folder = Path(settings.MEDIA_ROOT) / "collecting" / "printing" / str(run.pk)
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    _set(run, folder)
    _bind(run, folder)
    run.state, run.finished_at = PrintState.READY, at
    run.save(update_fields=["state", "finished_at", "file"])
    rmtree(folder)


def _set(run: PrintRun, folder: Path) -> None:
    ids: list[int] = run.what["ids"]
    chunks = {start: folder / f"{start:08d}.pdf" for start in range(0, len(ids), CHUNK)}
    open_ones = [start for start, path in chunks.items() if not path.exists()]
    if not open_ones:
        return
    with Typesetter(PAPER, at=run.asked_at) as setter:
        for start, content in zip(open_ones, setter.papers(_data(run, ids, open_ones)), strict=True):
            half = chunks[start].with_suffix(".half")
            half.write_bytes(content)
            half.rename(chunks[start])
            run.done = min(len(ids), start + CHUNK)
            run.save(update_fields=["done"])


def _data(run: PrintRun, ids: Sequence[int], starts: Sequence[int]) -> Iterator[dict[str, Any]]:
    for start in starts:
        yield paper_of(_letters(run, ids[start : start + CHUNK]))


def _letters(run: PrintRun, ids: Sequence[int]) -> list[Letter]:
    """In the order of the ids."""
    home = run.what.get("home", "")
    if run.subject == PrintSubject.NOTICES:
        notices = Notice.objects.filter(site=run.site_id).select_related(*RELATED).in_bulk(list(ids))
        return notice_letters([notices[pk] for pk in ids], home=home)
    related = ("site__company", "customer", "unit")
    accounts = Account.objects.filter(site=run.site_id).select_related(*related).in_bulk(list(ids))
    return bill_letters([accounts[pk] for pk in ids], on=run.on, home=home)


def _bind(run: PrintRun, folder: Path) -> None:
    whole = folder / "whole.half"
    with whole.open("wb") as to:
        bind((path.read_bytes() for path in sorted(folder.glob("*.pdf"))), to)
    with whole.open("rb") as made:
        run.file.save(f"{run.subject}-{run.pk}.pdf", File(made), save=False)
