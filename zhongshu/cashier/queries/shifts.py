"""Shifts, what was taken in them, and the cash on its way."""

from collections.abc import Iterable
from decimal import Decimal

from django.db.models import Count, Q, QuerySet, Sum

from zhongshu.billing.kinds import OutflowKind, PaymentMethod
from zhongshu.billing.lifecycle import ProposalState
from zhongshu.billing.models import Refund
from zhongshu.billing.queries.money import refunds_visible
from zhongshu.cashier.kinds import CardMoveKind, CashGoes
from zhongshu.cashier.lifecycle import ShiftState
from zhongshu.cashier.models import Handover, Shift, StandIn, Taken
from zhongshu.cashier.permissions import AUTHORISE_STAND_INS, VIEW_SHIFTS
from zhongshu.estate.queries import found
from zhongshu.identity.actor import Actor
from zhongshu.identity.models import User
from zhongshu.kernel.money import ZERO


def shift_of(actor: Actor, site_id: int) -> Shift | None:
    """One's own shift that is not closed."""
    shifts = Shift.objects.exclude(state=ShiftState.CLOSED).select_related("site", "cashier", "stand_in")
    return shifts.filter(site_id=site_id, cashier_id=actor.user_id or 0).first()


def shifts_seen(actor: Actor) -> "QuerySet[Shift]":
    """One's own, and those of the sites one oversees; the latest first."""
    rows = Shift.objects.filter(_theirs_or_own(actor, "cashier_id"))
    return rows.select_related("site", "cashier", "stand_in", "follows").order_by("-opened_at", "-pk")


def _theirs_or_own(actor: Actor, cashier: str) -> Q:
    sites = actor.sites(VIEW_SHIFTS)
    return Q() if sites is None else Q(site_id__in=sites) | Q(**{cashier: actor.user_id or 0})


def shift_by_number(actor: Actor, number: str) -> Shift:
    """Raises NotFound."""
    return found(shifts_seen(actor).filter(number=number))


def taken_in(shift: Shift) -> "QuerySet[Taken]":
    """Payments of the shift, the latest first."""
    related = ("payment__account__customer", "payment__account__unit")
    return shift.taken.select_related(*related).prefetch_related("payment__outflows").order_by("-pk")


def taken_by_number(actor: Actor, number: str) -> Taken:
    """A payment at the counter by its number: of one's own shift, or at a site one oversees. Raises NotFound."""
    return found(_for_paper(Taken.objects.filter(_theirs_or_own(actor, "shift__cashier_id"), payment__number=number)))


def taken_of(payment_id: int) -> Taken | None:
    """The payment as it was taken at the counter, for whoever may see it; None when it came another way."""
    return _for_paper(Taken.objects.filter(payment_id=payment_id)).first()


def _for_paper(rows: "QuerySet[Taken]") -> "QuerySet[Taken]":
    related = ("shift__cashier", "payment__account__site__company", "payment__account__customer")
    return rows.select_related(*related, "payment__account__unit")


def cash_refunds_waiting(actor: Actor, site_id: int) -> "QuerySet[Refund]":
    """Account credit that is to be paid back in cash."""
    rows = refunds_visible(actor).filter(site_id=site_id, method=PaymentMethod.CASH, entry__isnull=True)
    return rows.filter(state=ProposalState.APPROVED)


def sums_of(shift: Shift) -> dict[str, tuple[Decimal, int]]:
    """By method: yuan taken in the shift and not cancelled, and pieces; payments and money put on cards."""
    taken = shift.taken.exclude(payment__outflows__kind=OutflowKind.BOUNCE).values_list("payment__method")
    cards = shift.card_movements.filter(kind=CardMoveKind.TOP_UP).values_list("method")
    sums: dict[str, tuple[Decimal, int]] = {}
    for method, yuan, pieces in [
        *taken.annotate(yuan=Sum("payment__amount"), pieces=Count("pk")),
        *cards.annotate(yuan=Sum("amount"), pieces=Count("pk")),
    ]:
        so_far, before = sums.get(method, (ZERO, 0))
        sums[method] = so_far + yuan, before + pieces
    return sums


def methods_of(shift: Shift) -> list[str]:
    """The methods, other than cash, by which money was taken in the shift."""
    return sorted(sums_of(shift).keys() - {PaymentMethod.CASH})


def left_drawers(site_id: int) -> Iterable[Handover]:
    """Cash that lies in a drawer for the next shift."""
    rows = Handover.objects.filter(site_id=site_id, goes=CashGoes.DRAWER, amount__gt=0, shift__followed_by__isnull=True)
    return rows.select_related("shift__cashier").order_by("at")


def handovers_to(actor: Actor) -> "QuerySet[Handover]":
    """Cash that colleagues handed to the actor, what waits first."""
    rows = Handover.objects.filter(to_id=actor.user_id or 0)
    return rows.select_related("site", "shift__cashier", "into").order_by("-at", "-pk")


def stand_ins_seen(actor: Actor, site_id: int) -> "QuerySet[StandIn]":
    """The latest first."""
    rows = actor.visible(StandIn.objects.filter(site_id=site_id), AUTHORISE_STAND_INS)
    return rows.select_related("user", "authorised_by").order_by("-starts_on", "-pk")


def colleagues_at(actor: Actor, site_id: int) -> "QuerySet[User]":
    """Staff with a role at the site, without oneself."""
    at_site = Q(role_grants__site_id=site_id) | Q(role_grants__site__isnull=True)
    rows = User.objects.filter(at_site, is_active=True, role_grants__isnull=False)
    return rows.exclude(role_grants__role="resident").exclude(pk=actor.user_id or 0).distinct().order_by("username")
