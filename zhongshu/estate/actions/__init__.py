"""The only writers of the estate: one function per use case, audited, checked for the right at the site."""

from zhongshu.estate.actions.accounts import (
    attach_place,
    detach_place,
    end_account,
    open_account,
    transfer_account,
)
from zhongshu.estate.actions.customers import add_customer, edit_customer
from zhongshu.estate.actions.members import add_member, end_member
from zhongshu.estate.actions.occupancy import set_occupancy
from zhongshu.estate.actions.places import add_places, add_site
from zhongshu.estate.actions.territories import assign_territory, end_territory

__all__ = [
    "add_customer",
    "add_member",
    "add_places",
    "add_site",
    "assign_territory",
    "attach_place",
    "detach_place",
    "edit_customer",
    "end_account",
    "end_member",
    "end_territory",
    "open_account",
    "set_occupancy",
    "transfer_account",
]
