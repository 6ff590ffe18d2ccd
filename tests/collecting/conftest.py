"""What the stories of collecting begin with."""

from tests.billing.conftest import till

__all__ = ["till"]
