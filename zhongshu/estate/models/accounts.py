"""Accounts: one dwelling or shop together with the person answerable for its fees, from–to."""

from django.db import models

from zhongshu.estate.kinds import ACCOUNT_KIND_LABELS, RELATION_LABELS
from zhongshu.estate.models.customers import Customer
from zhongshu.estate.models.places import Place
from zhongshu.identity.models import Site, User
from zhongshu.kernel.choices import choices
from zhongshu.kernel.periods import no_overlap


class Account(models.Model):
    """A new owner is a new account. `unit` is the dwelling or shop; null for the developer's unsold stock
    and for the counterparty of a contract (advertising, kiosks)."""

    site = models.ForeignKey(Site, on_delete=models.PROTECT)
    number = models.CharField(max_length=40)
    kind = models.CharField(max_length=10, choices=choices(ACCOUNT_KIND_LABELS), default="ordinary")
    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="accounts")
    unit = models.ForeignKey(Place, on_delete=models.PROTECT, null=True, related_name="accounts")
    starts_on = models.DateField()
    ends_on = models.DateField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["site", "number"], name="account_number_once"),
            no_overlap("account_no_overlap", "unit"),
        ]
        indexes = [models.Index(fields=["site", "unit"], name="account_by_unit")]

    def __str__(self) -> str:
        return self.number


class AccountPlace(models.Model):
    """A place that belongs to an account for a time: its dwelling, its parking spaces, its storage."""

    site = models.ForeignKey(Site, on_delete=models.PROTECT)
    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="places")
    place = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="account_places")
    starts_on = models.DateField()
    ends_on = models.DateField(null=True)

    class Meta:
        constraints = [no_overlap("account_place_no_overlap", "place")]


class HouseholdMember(models.Model):
    """Somebody who belongs to an account for a time: its owner, family, a tenant, another occupant."""

    site = models.ForeignKey(Site, on_delete=models.PROTECT)
    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="members")
    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="memberships")
    relation = models.CharField(max_length=10, choices=choices(RELATION_LABELS))
    starts_on = models.DateField()
    ends_on = models.DateField(null=True)

    class Meta:
        constraints = [no_overlap("household_member_no_overlap", "account", "customer")]


class KeeperTerritory(models.Model):
    """The keeper answerable for a place and all below it, from a day on."""

    site = models.ForeignKey(Site, on_delete=models.PROTECT)
    place = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="territories")
    keeper = models.ForeignKey(User, on_delete=models.PROTECT, related_name="territories")
    starts_on = models.DateField()
    ends_on = models.DateField(null=True)

    class Meta:
        constraints = [no_overlap("keeper_territory_no_overlap", "place")]
