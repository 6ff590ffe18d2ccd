"""Jobs of collecting: what takes longer than somebody waits, and what the hours of contact let wait."""

from procrastinate.contrib.django import app

from zhongshu.collecting import actions
from zhongshu.collecting.engine.printing import print_out
from zhongshu.collecting.lifecycle import PrintState
from zhongshu.collecting.models import PrintRun
from zhongshu.identity.models import Site
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


@app.task(name="collecting.send", queue="imports", queueing_lock="collecting.send")
def send(timestamp: int) -> None:
    """What messaging knows by now is noted, and what may go out goes."""
    at = now()
    for site_id in Site.objects.order_by("pk").values_list("pk", flat=True):
        actions.settle_notices(at=at, site_id=site_id)
        actions.send_notices(at=at, site_id=site_id)


@app.task(name="collecting.alert_limitation", queue="imports", queueing_lock="collecting.alert_limitation")
def alert_limitation(timestamp: int) -> None:
    at = now()
    for site_id in Site.objects.order_by("pk").values_list("pk", flat=True):
        actions.alert_limitation(at=at, site_id=site_id)
