"""The workbooks of billing: meters, readings, and the charges and payments of old books."""

from zhongshu.billing.importing import hc as hc
from zhongshu.billing.importing.history import CHARGES_WORKBOOK, PAYMENTS_WORKBOOK
from zhongshu.billing.importing.meters import METERS_WORKBOOK, READINGS_WORKBOOK

__all__ = ["CHARGES_WORKBOOK", "METERS_WORKBOOK", "PAYMENTS_WORKBOOK", "READINGS_WORKBOOK"]
