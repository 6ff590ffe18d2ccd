"""The API of insight."""

from ninja import Router

router = Router(tags=["insight"])
