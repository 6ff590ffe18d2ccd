"""Everything about an account's arrears, as its pages and the file for a court show it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from zhongshu.billing.models import Dispute
from zhongshu.billing.queries.statements import Statement, statements
from zhongshu.collecting.models import ArrearsReason, Contact, Notice
from zhongshu.collecting.policies.contacts import refusal_of
from zhongshu.collecting.queries.contacts import contacts_of, hours_at
from zhongshu.collecting.queries.notices import notices_of
from zhongshu.collecting.queries.plans import Standing, standings
from zhongshu.estate.models import Account, CustomerPhone
from zhongshu.kernel.clock import day_of

_NAMED: Final = ("account__site__company", "account__customer", "account__unit", "template", "lawyer")


@dataclass(frozen=True, slots=True)
class Dossier:
    """The latest first, each. `refusal`: why nobody may speak to them now; empty: one may."""

    account: Account
    statement: Statement
    reasons: list[ArrearsReason]
    plans: list[Standing]
    contacts: list[Contact]
    notices: list[Notice]
    disputes: list[Dispute]
    phones: list[CustomerPhone]
    refusal: str

    @property
    def reason(self) -> ArrearsReason | None:
        """The one that holds today."""
        return self.reasons[0] if self.reasons and self.reasons[0].ends_on is None else None


def dossier(account: Account, *, at: datetime) -> Dossier:
    """At most fourteen statements."""
    on = day_of(at)
    contacts = list(contacts_of(account.pk))
    disputes = Dispute.objects.filter(charge__account=account).select_related("charge__item")
    return Dossier(
        account=account,
        statement=statements(account.site_id, [account.pk], on)[account.pk],
        reasons=list(
            ArrearsReason.objects.filter(account=account).select_related("recorded_by").order_by("-starts_on")
        ),
        plans=sorted(standings(on, account_ids=[account.pk]), key=lambda plan: plan.plan_id, reverse=True),
        contacts=contacts,
        notices=list(notices_of(account.pk).select_related(*_NAMED)),
        disputes=list(disputes.order_by("-starts_on", "-pk")),
        phones=list(CustomerPhone.objects.filter(customer=account.customer_id).order_by("-is_primary", "pk")),
        refusal=refusal_of(hours_at(account.site_id, on), at=at, earlier=[contact.day for contact in contacts]),
    )
