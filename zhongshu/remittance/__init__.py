"""Remittance: money that arrives without a cashier: WeChat Pay, Alipay, direct debit, bank statements."""
