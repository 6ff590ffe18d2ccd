"""Addresses of work."""

from django.urls import path

from zhongshu.work.views import moves, orders
from zhongshu.work.views.nouns import NOUNS

app_name = "work"
urlpatterns = [
    path("", orders.order_list, name="orders"),
    path("new", orders.new, name="new"),
    path("reassignment", orders.several, name="several"),
    path("<str:number>", orders.order, name="order"),
    path("<str:number>/photos", moves.photos, name="photos"),
    path("<str:number>/photos/<int:pk>", moves.photo, name="photo"),
    *(path(f"<str:number>/{noun}", moves.correction, {"noun": noun}, name=noun) for noun in moves.CORRECTIONS),
    *(path(f"<str:number>/{noun}", moves.move, {"noun": noun}, name=noun.replace("-", "_")) for noun in NOUNS),
]
