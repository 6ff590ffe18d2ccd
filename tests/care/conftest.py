"""What the stories of the score begin with."""

from datetime import datetime

import pytest

from tests.billing.till import Till
from tests.care.household import Household
from tests.cast import Cast


@pytest.fixture
def till(cast: Cast, noon: datetime) -> Till:
    """A cashier and an account without bills; today is 2026-11-04."""
    return Till.open(cast, noon)


@pytest.fixture
def home(till: Till) -> Household:
    """The account A-1; days of its story lie in the past."""
    return Household(till)
