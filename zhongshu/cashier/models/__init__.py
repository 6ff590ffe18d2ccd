"""Tables of the counter."""

from zhongshu.cashier.models.deposits import Deduction, DepositRelease
from zhongshu.cashier.models.shifts import DailyClose, Handover, Shift, ShiftCount, StandIn, Taken

__all__ = ["DailyClose", "Deduction", "DepositRelease", "Handover", "Shift", "ShiftCount", "StandIn", "Taken"]
