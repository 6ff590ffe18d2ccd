"""Addresses of help on the scene: nouns; writing is POST."""

from django.urls import path

from zhongshu.scene.views import calls, phone
from zhongshu.scene.views.nouns import NOUNS

app_name = "scene"
urlpatterns = [
    path("", calls.calls, name="calls"),
    path("sos", phone.sos, name="phone_sos"),
    path("care", calls.care, name="care"),
    path("targets", calls.targets, name="targets"),
    path("m/<str:number>", phone.call, name="phone_call"),
    path("m/<str:number>/live", phone.live, name="phone_live"),
    path("<str:number>", calls.call, name="call"),
    path("<str:number>/live", calls.live, name="live"),
    path("<str:number>/care/<int:task_id>", calls.outcome, name="outcome"),
    path("<str:number>/entries/<int:entry_id>", calls.file, name="file"),
    path("<str:number>/entries/<int:entry_id>/original", calls.original, name="original"),
    *(path(f"<str:number>/{noun}", calls.doing, {"noun": noun}, name=noun.replace("-", "_")) for noun in NOUNS),
]
