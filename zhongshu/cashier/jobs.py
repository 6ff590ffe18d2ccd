"""Jobs of the counter, one line each."""

from procrastinate.contrib.django import app

from zhongshu.cashier import actions
from zhongshu.identity.actor import system_actor
from zhongshu.kernel.clock import now


@app.task(name="cashier.ask_invoices", queue="messages", queueing_lock="cashier.ask_invoices")
def ask_invoices(timestamp: int) -> None:
    actions.ask_invoices(actor=system_actor(), at=now())
