"""Set-based work: notices for many accounts in one statement."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from django.db import connection, transaction

from zhongshu.billing.queries.arrears import IGNORED_BELOW
from zhongshu.collecting.kinds import NoticeKind
from zhongshu.collecting.permissions import MAKE_NOTICES
from zhongshu.collecting.queries.notices import fitting_kind, lawyer_of, owed_text, owed_values, templates_in_force
from zhongshu.identity import audit
from zhongshu.identity.actor import Actor
from zhongshu.identity.models import Site
from zhongshu.kernel.clock import day_of
from zhongshu.kernel.numbers import reserve_numbers
from zhongshu.kernel.sql import statement

PREFIX: Final = "CF"


@dataclass(frozen=True, slots=True)
class Wanted:
    """A notice to be made. `source` names its occasion at the site (at most 120 characters); `answer_by_days` after
    the notice's day the account has to pay (None: no deadline)."""

    account_id: int
    kind: NoticeKind
    source: str
    answer_by_days: int | None = None


@transaction.atomic
def make_notices(*, actor: Actor, at: datetime, site_id: int, on: date, wanted: Sequence[Wanted]) -> int:
    """Notices dated `on` with what each names then; the number that are new. The same source again makes nothing, and
    whoever owes nothing past due gets none.

    Dated today or later they are planned, and go out by `sending`; of a past day they count as sent on it, without
    better evidence than that. A lawyer's letter becomes a formal demand where no lawyer is registered. Raises NotFound.
    """
    actor.require(MAKE_NOTICES, site_id)
    if not wanted:
        return 0
    site, lawyer = Site.objects.get(pk=site_id), lawyer_of(site_id, on)
    kinds = [fitting_kind(each.kind, lawyer) for each in wanted]
    last, prefix = reserve_numbers(prefix=PREFIX, site_code=site.code, day=on, count=len(wanted))
    values = owed_values(site_id, sorted({each.account_id for each in wanted}), on=on, today=day_of(at)) | {
        "wanted_ids": [each.account_id for each in wanted],
        "kinds": [str(kind) for kind in kinds],
        "sources": [each.source for each in wanted],
        "days": [each.answer_by_days for each in wanted],
        "last": last,
        "prefix": prefix,
        "at": at,
        "by": actor.user_id,
        "lawyer_id": lawyer.pk if lawyer else None,
        "ignore_below": IGNORED_BELOW,
    } | _templates(site, on)  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(statement("collecting", "make_notices").replace("{{owed}}", owed_text()), values)
        count = int(cursor.fetchone()[0])
    after = {"on": on, "wanted": len(wanted), "made": count}
    audit.record(actor=actor, at=at, verb="collecting.make_notices", target=site, site_id=site_id, after=after)
    return count


def _templates(site: Site, on: date) -> dict[str, Any]:
    found = templates_in_force(site, on)
    return {"template_kinds": list(found), "template_ids": [row.pk for row in found.values()]}
