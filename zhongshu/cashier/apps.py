from django.apps import AppConfig


class CashierConfig(AppConfig):
    name = "zhongshu.cashier"
    label = "cashier"

    def ready(self) -> None:
        from zhongshu.cashier.queries.sub_ledgers import sub_ledger_differences
        from zhongshu.ledger.queries import count_with

        count_with(self.label, sub_ledger_differences)
