"""All addresses."""

from importlib.util import find_spec

from django.urls import URLPattern, URLResolver, include, path

from zhongshu.config.api import api

#: Where each app's pages are.
PREFIXES = {
    "identity": "",
    "console": "",
    "messaging": "",
    "estate": "estate/",
    "people": "people/",
    "work": "orders/",
    "cases": "cases/",
    "portal": "resident/",
}

urlpatterns: list[URLPattern | URLResolver] = [
    path("api/v1/", api.urls),
    *(
        path(prefix, include(f"zhongshu.{app}.urls"))
        for app, prefix in PREFIXES.items()
        if find_spec(f"zhongshu.{app}.urls")
    ),
]
