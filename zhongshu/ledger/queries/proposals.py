"""Entries by hand that wait for a second person, and those that were decided about."""

from decimal import Decimal

from django.db.models import Q, QuerySet

from zhongshu.identity.actor import Actor
from zhongshu.ledger.kinds import VoucherState
from zhongshu.ledger.models import Proposal
from zhongshu.ledger.permissions import VIEW_LEDGER
from zhongshu.ledger.policies import Leg
from zhongshu.ledger.queries.entries import not_found


def proposals_visible(actor: Actor) -> "QuerySet[Proposal]":
    """Those of the sites whose books the actor may read."""
    return actor.visible(Proposal.objects.select_related("site", "entry", "reverses"), VIEW_LEDGER)


def waiting_first(rows: "QuerySet[Proposal]") -> "QuerySet[Proposal]":
    """Those nobody has decided about, then the latest."""
    return rows.alias(waits=Q(state=VoucherState.OPEN.value)).order_by("-waits", "-id")


def proposal_by_id(actor: Actor, proposal_id: int) -> Proposal:
    """Raises NotFound."""
    found = proposals_visible(actor).filter(pk=proposal_id).first()
    if found is None:
        raise not_found()
    return found


def legs_proposed(proposal: Proposal) -> list[Leg]:
    """As they were proposed."""
    return [Leg(leg["fund"], leg["code"], Decimal(leg["amount"])) for leg in proposal.legs]
