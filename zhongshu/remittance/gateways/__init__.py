"""The providers of online payment, each behind the same face (`base.Gateway`), by its own SDK."""

from zhongshu.kernel.secrets import Unreadable
from zhongshu.remittance.gateways.base import Gateway, GatewayDown

__all__ = ["Gateway", "GatewayDown", "Unreadable"]
