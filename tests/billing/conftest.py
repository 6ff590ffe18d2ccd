"""What the stories of billing begin with."""

from datetime import datetime

import pytest

from tests.billing.estate import Estate
from tests.billing.till import Till
from tests.cast import Cast


@pytest.fixture
def till(cast: Cast, noon: datetime) -> Till:
    """A cashier and an account without bills; today is 2026-11-04."""
    return Till.open(cast, noon)


@pytest.fixture
def estate(cast: Cast, noon: datetime) -> Estate:
    """Dwellings to be billed, made as the story needs them; today is 2026-11-04."""
    return Estate(cast, noon)
