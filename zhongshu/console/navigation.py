"""What the sidebar shows to whom."""

from typing import Any

from django.http import HttpRequest


def context(request: HttpRequest) -> dict[str, Any]:
    """Context processor: the menu of the signed-in person."""
    return {"menu": []}
