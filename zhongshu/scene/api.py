"""The API of scene."""

from ninja import Router

router = Router(tags=["scene"])
