from django.apps import AppConfig


class CashierConfig(AppConfig):
    name = "zhongshu.cashier"
    label = "cashier"
