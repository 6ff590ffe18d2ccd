"""Jobs of collecting: what takes longer than somebody waits, and what the hours of contact let wait."""

from procrastinate.contrib.django import app

from zhongshu.collecting.engine.printing import print_out
from zhongshu.collecting.lifecycle import PrintState
from zhongshu.collecting.models import PrintRun
from zhongshu.kernel.clock import now


@app.task(name="collecting.print", queue="imports")
def print_run(print_run_id: int) -> None:
    """To its end; one that was killed goes on where it was."""
    run = PrintRun.objects.get(pk=print_run_id)
    if run.state == PrintState.READY:
        return
    try:
        print_out(run, at=now())
    except Exception as error:
        PrintRun.objects.filter(pk=run.pk).update(state=PrintState.FAILED, fault=str(error)[:200])
        raise


def start_print(run: PrintRun) -> None:
    """A worker sets it; no two at the same time."""
    print_run.configure(lock=f"collecting.print:{run.pk}").defer(print_run_id=run.pk)
