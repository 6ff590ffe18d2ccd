from django.apps import AppConfig


class PeopleConfig(AppConfig):
    name = "zhongshu.people"
    label = "people"
