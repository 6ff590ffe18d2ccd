"""Where e-invoices are issued, each behind the same face (`base.InvoiceGateway`)."""

from zhongshu.cashier.gateways.base import InvoiceGateway
from zhongshu.cashier.gateways.local import LocalGateway

LOCAL = "local"
GATEWAYS: dict[str, InvoiceGateway] = {LOCAL: LocalGateway()}
"""By the name under which a site chooses one (`InvoiceSeller.gateway`)."""
