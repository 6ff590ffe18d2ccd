"""Tables of the estate."""

from zhongshu.estate.models.accounts import Account, AccountPlace, HouseholdMember, KeeperTerritory
from zhongshu.estate.models.customers import Customer, CustomerPhone
from zhongshu.estate.models.imports import ColumnMapping, EstateImport, ImportProgress
from zhongshu.estate.models.places import DoorDirection, Occupancy, Place, SiteLayoutVersion

__all__ = [
    "Account",
    "AccountPlace",
    "ColumnMapping",
    "Customer",
    "CustomerPhone",
    "DoorDirection",
    "EstateImport",
    "HouseholdMember",
    "ImportProgress",
    "KeeperTerritory",
    "Occupancy",
    "Place",
    "SiteLayoutVersion",
]
