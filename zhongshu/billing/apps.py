from django.apps import AppConfig


class BillingConfig(AppConfig):
    name = "zhongshu.billing"
    label = "billing"

    def ready(self) -> None:
        from zhongshu.billing.queries.sub_ledgers import sub_ledger_differences
        from zhongshu.ledger.queries import count_with

        count_with(self.label, sub_ledger_differences)
