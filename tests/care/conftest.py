"""What the stories of the score begin with."""

from datetime import datetime

import pytest

from tests.billing.till import Till
from tests.cast import Cast


@pytest.fixture
def till(cast: Cast, noon: datetime) -> Till:
    """A cashier and an account without bills; today is 2026-11-04."""
    return Till.open(cast, noon)
