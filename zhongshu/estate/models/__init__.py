"""Tables of the estate."""

from zhongshu.estate.models.accounts import Account, AccountPlace, HouseholdMember, KeeperTerritory
from zhongshu.estate.models.customers import Customer, CustomerPhone
from zhongshu.estate.models.imports import EstateImport
from zhongshu.estate.models.places import DoorDirection, Occupancy, Place, SiteLayoutVersion

__all__ = [
    "Account",
    "AccountPlace",
    "Customer",
    "CustomerPhone",
    "DoorDirection",
    "EstateImport",
    "HouseholdMember",
    "KeeperTerritory",
    "Occupancy",
    "Place",
    "SiteLayoutVersion",
]
