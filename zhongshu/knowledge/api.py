"""The API of knowledge."""

from ninja import Router

router = Router(tags=["knowledge"])
