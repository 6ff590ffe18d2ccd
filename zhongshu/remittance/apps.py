from django.apps import AppConfig


class RemittanceConfig(AppConfig):
    name = "zhongshu.remittance"
    label = "remittance"
