"""Readings of old books: in any order, of meters nobody has registered, as HC writes them."""

from tests.billing.estate import Estate
from tests.billing.old_books import book, refused, take
from zhongshu.billing.kinds import Method
from zhongshu.billing.models import Meter, Reading

HC = [
    "楼栋编号",
    "单元编号",
    "房屋编码",
    "费用类型",
    "单价",
    "上期度数",
    "上期读表时间",
    "本期度数",
    "本期读表时间",
    "备注",
]


def test_meters_are_registered_by_the_readings_of_hc(estate: Estate) -> None:
    estate.home("1-1-1001")
    estate.home("2-101")
    estate.item("3", code="SF", name="水费", method=Method.METERED, timing="arrears")
    readings = book(
        HC,
        ["1", "1", "1001", "水费", 3.5, 110, "2026-02-01", 125, "2026-03-01", ""],
        [1, 1, 1001, "自来水费", 3.5, 100, "2026-01-01", 110, "2026/2/1 0:00", "抄表员老李"],
        ["2", "0", "101", "水费", 3.5, "", "2026-01-01", 8, "2026-02-01", ""],
        ["3", "1", "101", "水费", 3.5, 1, "2026-01-01", 8, "2026-02-01", ""],
        ["1", "1", "1001", "热水费", 3.5, 1, "2026-01-01", 8, "2026-02-01", ""],
    )
    first, again = take(estate, "readings", readings), take(estate, "readings", readings)
    assert first.report.layout == "hc"
    assert refused(first) == [(4, "上期度数"), (5, "房屋编码"), (6, "费用类型")]
    assert first.report.tally() == {"rows": 5, "taken": 2, "already": 0, "refused": 3}
    assert again.report.tally() == {"rows": 5, "taken": 0, "already": 2, "refused": 3}
    meter = Meter.objects.get()
    assert (meter.number, str(meter.start_value.normalize()), str(meter.starts_on)) == (
        "1-1-1001-SF",
        "1E+2",
        "2026-01-01",
    )
    assert [str(row.usage.normalize()) for row in Reading.objects.order_by("read_on")] == ["1E+1", "15"]
