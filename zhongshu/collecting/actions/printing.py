"""Documents on paper: asked for, made by a worker, put into the letter boxes."""

from collections.abc import Sequence
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from zhongshu.billing.models import Charge
from zhongshu.collecting.engine.moves import note_delivery
from zhongshu.collecting.errors import NotNow
from zhongshu.collecting.kinds import Evidence, PrintSubject, Road
from zhongshu.collecting.lifecycle import NoticeState, PrintState
from zhongshu.collecting.models import Delivery, Notice, PrintRun
from zhongshu.collecting.permissions import HAND_OVER, VIEW_NOTICES
from zhongshu.estate.models import Account
from zhongshu.estate.queries import found
from zhongshu.identity import audit
from zhongshu.identity.actor import Actor
from zhongshu.kernel.clock import day_of
from zhongshu.kernel.errors import Invalid

MOST = 20_000


@transaction.atomic
def ask_notices_print(
    *, actor: Actor, at: datetime, site_id: int, notice_ids: Sequence[int], home: str = ""
) -> PrintRun:
    """The notices of these that are not withdrawn, as one file, in the order of their dwellings; a worker makes it.
    `home`: where our pages are, for the code to scan. Raises NotFound, Invalid."""
    actor.require(VIEW_NOTICES, site_id)
    rows = Notice.objects.filter(site_id=site_id, pk__in=notice_ids).exclude(state=NoticeState.WITHDRAWN)
    ids = list(rows.order_by("account__unit__path_as_counted", "pk").values_list("pk", flat=True)[: MOST + 1])
    return _asked(PrintSubject.NOTICES, ids, actor=actor, at=at, site_id=site_id, on=day_of(at), home=home)


@transaction.atomic
def ask_bills_print(
    *,
    actor: Actor,
    at: datetime,
    site_id: int,
    on: date,
    account_ids: Sequence[int] | None = None,
    run_id: int | None = None,
    home: str = "",
) -> PrintRun:
    """Bills as of the end of `on`, of the named accounts or of those a run charged, that owe anything now. Raises
    NotFound, Invalid."""
    actor.require(VIEW_NOTICES, site_id)
    charges = Charge.objects.filter(site_id=site_id, open_amount__gt=0)
    charges = charges.filter(run_id=run_id) if account_ids is None else charges.filter(account_id__in=account_ids)
    rows = Account.objects.filter(site_id=site_id, pk__in=charges.values("account_id"))
    ids = list(rows.order_by("unit__path_as_counted", "pk").values_list("pk", flat=True)[: MOST + 1])
    return _asked(PrintSubject.BILLS, ids, actor=actor, at=at, site_id=site_id, on=on, home=home)


@transaction.atomic
def post_print_run(*, actor: Actor, at: datetime, print_run_id: int) -> PrintRun:
    """The printed notices were put into the letter boxes: what had not been sent counts as sent, with no better
    evidence. Raises NotFound, NotNow."""
    rows = PrintRun.objects.select_for_update(of=("self",)).filter(subject=PrintSubject.NOTICES)
    run = found(actor.visible(rows, HAND_OVER).filter(pk=print_run_id))
    if run.state != PrintState.READY or run.posted_at is not None:
        raise NotNow(_("文件还没有生成好，或者已经登记过投递。"))
    notices = Notice.objects.select_for_update(of=("self",)).filter(site_id=run.site_id, pk__in=run.what["ids"])
    for notice in notices.exclude(state=NoticeState.WITHDRAWN).order_by("pk"):
        facts = {"channel": Road.LETTER, "evidence": Evidence.SENT_ONLY, "reference": f"P{run.pk}"}
        note_delivery(notice, Delivery(at=at, recorded_at=at, by_id=actor.user_id, **facts))
    run.posted_at = at
    run.save(update_fields=["posted_at"])
    audit.record(actor=actor, at=at, verb="collecting.post_print_run", target=run, after={"posted_at": at})
    return run


def _asked(
    subject: PrintSubject, ids: list[int], *, actor: Actor, at: datetime, site_id: int, on: date, home: str
) -> PrintRun:
    if not ids:
        raise Invalid(_("没有可以打印的文书。"))
    if len(ids) > MOST:
        raise Invalid(_("一次最多打印 %(most)s 份，请缩小范围。") % {"most": MOST})
    facts = {"what": {"ids": ids, "home": home}, "total": len(ids), "asked_by_id": actor.user_id, "asked_at": at}
    run = PrintRun.objects.create(site_id=site_id, subject=subject, on=on, **facts)
    after = {"subject": subject, "total": run.total}
    audit.record(actor=actor, at=at, verb="collecting.ask_print", target=run, after=after)
    return run
