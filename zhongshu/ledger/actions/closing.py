"""Closing a month and opening it again."""

from datetime import date, datetime

from django.db import connection, transaction
from django.utils.translation import gettext as _

from zhongshu.identity import audit
from zhongshu.identity.actor import Actor
from zhongshu.identity.models import Site
from zhongshu.kernel.clock import day_of
from zhongshu.kernel.outbox import publish
from zhongshu.kernel.words import stated
from zhongshu.ledger.errors import CannotClose, CannotReopen, SecondPersonNeeded
from zhongshu.ledger.events import BooksClosed, BooksReopened
from zhongshu.ledger.kinds import CHART, FUND_LABELS, Fund
from zhongshu.ledger.models import Period
from zhongshu.ledger.permissions import CLOSE_PERIODS
from zhongshu.ledger.policies import first_of, last_of
from zhongshu.ledger.queries import (
    Difference,
    drafts_until,
    fund_differences,
    next_to_close,
    periods,
    sub_ledger_differences,
)


@transaction.atomic
def close_period(*, actor: Actor, at: datetime, site: Site, month: date) -> Period:
    """Close the month in which the day lies: nothing dated up to its end is posted any more. Waits for those who post.

    In order, past months only, with nothing undecided, books that balance, and accounts that show what the apps' own
    rows come to. Raises NotFound, CannotClose.
    """
    actor.require(CLOSE_PERIODS, site.pk)
    _hold(site)
    _require_closable(site, first_of(month), today=day_of(at))
    period = Period.objects.create(
        site=site, month=first_of(month), closed_at=at, closed_by_id=actor.user_id, closed_by_name=actor.name
    )
    audit.record(actor=actor, at=at, verb="ledger.close_period", target=period, after={"month": period.month})
    publish(BooksClosed(site_id=site.pk, month=period.month), at=at)
    return period


@transaction.atomic
def reopen_period(*, actor: Actor, at: datetime, site: Site, month: date, reason: str) -> Period:
    """Open the last closed month again; somebody else than who closed it has to, and says why.

    Raises NotFound, Invalid, CannotReopen, SecondPersonNeeded.
    """
    actor.require(CLOSE_PERIODS, site.pk)
    reason = stated(reason, field="reason", most=300, what=_("理由"))
    _hold(site)
    period = periods(site.pk).filter(reopened_at__isnull=True).first()
    if period is None or period.month != first_of(month):
        raise CannotReopen(_("只能反结账最后结账的月份。"), field="month")
    if period.closed_by_id == actor.user_id:
        raise SecondPersonNeeded(_("结账的人不能自己反结账，请另一位同事操作。"))
    period.reopened_at, period.reason = at, reason
    period.reopened_by_id, period.reopened_by_name = actor.user_id, actor.name
    period.save(update_fields=["reopened_at", "reopened_by", "reopened_by_name", "reason"])
    after = {"month": period.month, "reason": reason}
    audit.record(actor=actor, at=at, verb="ledger.reopen_period", target=period, after=after)
    publish(BooksReopened(site_id=site.pk, month=period.month), at=at)
    return period


def _hold(site: Site) -> None:
    """From here on until the transaction ends nobody posts at the site; waits for who has begun to."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT ledger_hold(%s)", [site.pk])


def _require_closable(site: Site, month: date, *, today: date) -> None:
    turn = next_to_close(site.pk, today)
    if turn is None:
        raise CannotClose(_("现在没有可以结账的月份：已结到上月，或者还没有记账。"), field="month")
    if month != turn:
        raise CannotClose(_("按月依次结账，现在该结 %(month)s。") % {"month": f"{turn:%Y-%m}"}, field="month")
    if drafts := drafts_until(site.pk, last_of(month)):
        raise CannotClose(_("还有 %(count)s 张手工凭证没有复核。") % {"count": drafts}, field="month")
    for fund, difference in fund_differences(site.pk, last_of(month)):
        what = {"fund": FUND_LABELS[Fund(fund)], "difference": difference}
        raise CannotClose(_("“%(fund)s”试算不平，相差 %(difference)s 元。") % what, field="month")
    if differences := sub_ledger_differences(site.pk, last_of(month)):
        what = {"differences": _("；").join(map(_told, differences))}
        raise CannotClose(_("明细与总账不符，不能结账：%(differences)s。") % what, field="month")


def _told(difference: Difference) -> str:
    return _("“%(fund)s”的%(account)s明细 %(ours)s 元，总账 %(ledger)s 元") % {
        "fund": FUND_LABELS[Fund(difference.fund)],
        "account": CHART[difference.code].name,
        "ours": difference.ours,
        "ledger": difference.ledger,
    }
