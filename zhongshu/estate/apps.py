from django.apps import AppConfig


class EstateConfig(AppConfig):
    name = "zhongshu.estate"
    label = "estate"

    def ready(self) -> None:
        from zhongshu.estate.permissions import VIEW_CUSTOMERS
        from zhongshu.estate.queries import phone_revealed
        from zhongshu.identity.masking import revealable

        revealable("estate.customerphone", phone_revealed, VIEW_CUSTOMERS)
