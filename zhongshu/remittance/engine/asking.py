"""Asking a worker to tell the provider of an order."""

from procrastinate.contrib.django import app

from zhongshu.kernel.outbox import is_deferring

OFFER, QUEUE = "remittance.offer", "messages"


def ask_to_offer(order_id: int, *, home: str, ip: str) -> None:
    """Once the current transaction has ended well."""
    if is_deferring():
        app.configure_task(OFFER, queue=QUEUE).defer(order_id=order_id, home=home, ip=ip)
