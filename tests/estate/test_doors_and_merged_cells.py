"""Doors named otherwise by a site; cells merged over several rows."""

import json
from io import BytesIO, StringIO

import pytest
import xlsxwriter
from django.core.management import CommandError, call_command

from tests.estate.books import take, unit
from tests.estate.conftest import Estate
from tests.identity.audits import audited
from zhongshu.estate.addressing import resolve
from zhongshu.estate.importing.sheets import UNITS
from zhongshu.estate.models import Place
from zhongshu.estate.queries import layout_of


def doors(*words: str) -> dict[str, str]:
    told = StringIO()
    call_command("site", "doors", "WTY", *words, "--json", stdout=told)
    said: dict[str, str] = json.loads(told.getvalue())
    return said


def meant_by(estate: Estate, text: str) -> tuple[str, ...]:
    return resolve(text, layout=layout_of(estate.site.pk)).places


def test_a_site_names_its_doors_and_takes_it_back(estate: Estate) -> None:
    assert meant_by(estate, "1栋1单元2楼东户") == ("P1-1-1-201",)
    with audited("estate.name_doors"):
        assert doors("东=02", "西=01")["东"] == "02"
    assert meant_by(estate, "1栋1单元2楼东户") == ("P1-1-1-202",)
    with audited():
        assert doors("东=02")["西"] == "01"
    with audited("estate.name_doors"):
        assert doors("东=", "西=") == {"东": "01", "西": "02"}
    assert meant_by(estate, "1栋1单元2楼东户") == ("P1-1-1-201",)


@pytest.mark.parametrize(
    ("word", "said"), [("上=01", "不是户门方位"), ("东=1", "末两位"), ("东=012", "末两位"), ("东", "写成 东=02")]
)
def test_a_door_that_cannot_be(estate: Estate, word: str, said: str) -> None:
    with audited(), pytest.raises(CommandError, match=said):
        doors("西=03", word)


def merged_book(*areas: tuple[int, int, int, str]) -> bytes:
    """房屋 with rooms 101 to 103; each area is first row, last row, column, what stands in it."""
    titles = [column.title for column in UNITS.columns]
    buffer = BytesIO()
    with xlsxwriter.Workbook(buffer) as target:
        page = target.add_worksheet("房屋")
        page.write_row(0, 0, titles)
        for number, room in enumerate(("101", "102", "103"), start=1):
            for title, said in unit(room).items():
                page.write(number, titles.index(title), said)
        for top, bottom, column, said in areas:
            page.merge_range(top, column, bottom, column, said)
    return buffer.getvalue()


def test_a_cell_merged_over_three_rows_speaks_for_each_of_them(bare: Estate) -> None:
    taken = take(bare, merged_book((1, 3, 0, "二期"), (1, 2, 1, "5"), (3, 40, 2, "2")))
    assert taken.is_taken
    assert any("合并的单元格" in notice.message for notice in taken.report.notices)
    codes = Place.objects.filter(site=bare.site, kind="unit").values_list("code", flat=True)
    assert sorted(codes) == ["P2-1-2-103", "P2-5-1-101", "P2-5-1-102"]
