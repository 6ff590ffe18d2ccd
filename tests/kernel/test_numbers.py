"""Running numbers: no two alike, no gap, a new series every day at midnight in Shanghai."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest
from django.db import connection, transaction

from zhongshu.kernel.numbers import next_number


def test_a_number_reads_as_its_series(db: None, noon: datetime) -> None:
    assert next_number(prefix="GD", site_code="YQL", at=noon) == "GD-YQL-20261104-0001"
    assert next_number(prefix="GD", site_code="YQL", at=noon) == "GD-YQL-20261104-0002"
    assert next_number(prefix="GD", site_code="XH", at=noon) == "GD-XH-20261104-0001"


def test_the_day_begins_at_midnight_in_shanghai(db: None) -> None:
    before = datetime(2026, 11, 4, 15, 59, tzinfo=UTC)
    after = datetime(2026, 11, 4, 16, 0, tzinfo=UTC)
    assert next_number(prefix="GD", site_code="YQL", at=before) == "GD-YQL-20261104-0001"
    assert next_number(prefix="GD", site_code="YQL", at=after) == "GD-YQL-20261105-0001"


def test_more_than_ten_thousand_a_day_are_still_told_apart(db: None, noon: datetime) -> None:
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO kernel_runningnumber VALUES ('GD:YQL:20261104', 9999)")
    assert next_number(prefix="GD", site_code="YQL", at=noon) == "GD-YQL-20261104-10000"


@pytest.mark.django_db(transaction=True)
def test_many_at_once_get_different_numbers_and_a_rollback_leaves_no_gap(noon: datetime) -> None:
    with ThreadPoolExecutor(8) as crowd:
        taken = list(crowd.map(lambda turn: _take(noon, keep=turn % 3 != 0), range(60)))
    kept = sorted(int(number[-4:]) for number in taken if number)
    assert kept == list(range(1, 41))


def _take(at: datetime, *, keep: bool) -> str:
    try:
        with transaction.atomic():
            number = next_number(prefix="GD", site_code="YQL", at=at)
            transaction.set_rollback(not keep)
    finally:
        connection.close()
    return number if keep else ""
