"""The router that the operations of this app are added to."""

from ninja import Router

router = Router(tags=["orders"])
