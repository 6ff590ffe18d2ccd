"""Orders and what belongs to them, for programs. Assembled under `/api/v1` by `config.api`."""

from zhongshu.work.api import extras, orders, settings  # noqa: F401 - each adds its operations to the router
from zhongshu.work.api.base import router

__all__ = ["router"]
