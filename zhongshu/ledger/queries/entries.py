"""Entries and their legs."""

from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext as _

from zhongshu.identity.actor import Actor
from zhongshu.kernel.errors import NotFound
from zhongshu.ledger.models import Entry
from zhongshu.ledger.models import Leg as PostedLeg
from zhongshu.ledger.permissions import VIEW_LEDGER
from zhongshu.ledger.policies import Leg


def entries_visible(actor: Actor) -> "QuerySet[Entry]":
    """Entries of the sites whose books the actor may read."""
    return actor.visible(Entry.objects.all(), VIEW_LEDGER)


def touching(rows: "QuerySet[Entry]", account_id: int) -> "QuerySet[Entry]":
    """Those of the entries that have a leg on the account."""
    return rows.filter(Exists(PostedLeg.objects.filter(entry=OuterRef("pk"), account=account_id)))


def entry_by_number(actor: Actor, number: str) -> Entry:
    """Raises NotFound."""
    found = entries_visible(actor).select_related("site", "reverses").filter(number=number).first()
    if found is None:
        raise not_found()
    return found


def reversal_of(entry: Entry) -> Entry | None:
    """The entry that undid it."""
    return Entry.objects.filter(reverses=entry).first()


def legs_of(entry: Entry) -> list[Leg]:
    """As they were posted."""
    rows = entry.legs.order_by("id").values_list("account__fund", "account__code", "amount")
    return [Leg(fund, code, amount) for fund, code, amount in rows]


def not_found() -> NotFound:
    return NotFound(_("没有找到，或者您无权查看。"))
