from django.apps import AppConfig


class BillingConfig(AppConfig):
    name = "zhongshu.billing"
    label = "billing"
