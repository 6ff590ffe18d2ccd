"""What the stories of the counter begin with."""

from tests.billing.conftest import till

__all__ = ["till"]
