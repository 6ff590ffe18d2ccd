"""A worker of its own, to be killed: `python -m tests.kernel.worker`. Its one task waits as long as it is told to."""

import asyncio
import os
import time
from pathlib import Path

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "zhongshu.config.settings")
django.setup()

from procrastinate.contrib.django import app  # noqa: E402

HEARTBEAT = 0.2


@app.task(name="tests.wait", queue="tests")
def wait(folder: str) -> None:
    """Notes its start, then sleeps until killed, unless somebody has put a file `go` there."""
    with (Path(folder) / "starts").open("a") as starts:
        starts.write("start\n")
    while not (Path(folder) / "go").exists():
        time.sleep(0.05)


async def run() -> None:
    with app.replace_connector(app.connector.get_worker_connector()):
        async with app.open_async():
            await app.run_worker_async(
                queues=["tests", "events"],
                wait="WAIT" in os.environ,
                update_heartbeat_interval=HEARTBEAT,
                stalled_worker_timeout=3600,
                fetch_job_polling_interval=0.2,
                install_signal_handlers=False,
            )


if __name__ == "__main__":
    asyncio.run(run())
