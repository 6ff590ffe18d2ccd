"""The workbooks of billing: meters, readings, and the charges and payments of old books."""

from zhongshu.billing.importing.meters import METERS_WORKBOOK, READINGS_WORKBOOK

__all__ = ["METERS_WORKBOOK", "READINGS_WORKBOOK"]
