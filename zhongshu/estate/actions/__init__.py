"""The only writers of the estate: one function per use case, audited, checked for the right at the site."""

from zhongshu.estate.actions.accounts import (
    attach_place,
    detach_place,
    end_account,
    hold_unsold,
    open_account,
    open_account_for,
    transfer_account,
    transfer_account_to,
)
from zhongshu.estate.actions.coordinates import put_on_plan
from zhongshu.estate.actions.customers import add_customer, edit_customer
from zhongshu.estate.actions.doors import name_doors
from zhongshu.estate.actions.members import add_member, add_member_for, end_member
from zhongshu.estate.actions.occupancy import set_occupancy
from zhongshu.estate.actions.partners import partner_account
from zhongshu.estate.actions.places import add_places, add_site
from zhongshu.estate.actions.territories import assign_territory, end_territory

__all__ = [
    "add_customer",
    "add_member",
    "add_member_for",
    "add_places",
    "add_site",
    "assign_territory",
    "attach_place",
    "detach_place",
    "edit_customer",
    "end_account",
    "end_member",
    "end_territory",
    "hold_unsold",
    "name_doors",
    "open_account",
    "open_account_for",
    "partner_account",
    "put_on_plan",
    "set_occupancy",
    "transfer_account",
    "transfer_account_to",
]
