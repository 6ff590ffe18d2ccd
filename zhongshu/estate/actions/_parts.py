"""What the actions of the estate share."""

from datetime import date

from django.utils.translation import gettext as _

from zhongshu.estate.errors import BadPeriod
from zhongshu.estate.models import AccountPlace, HouseholdMember, KeeperTerritory


def end(row: AccountPlace | HouseholdMember | KeeperTerritory, ends_on: date) -> None:
    """End what began and has not ended, on its locked row. Raises BadPeriod."""
    if row.ends_on is not None or ends_on < row.starts_on:
        raise BadPeriod(
            _("结束日期不能早于开始日期 %(day)s，也不能结束两次。") % {"day": row.starts_on}, field="ends_on"
        )
    row.ends_on = ends_on
    row.save(update_fields=["ends_on"])
