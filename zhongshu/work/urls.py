"""Addresses of work."""

from django.urls import path

from zhongshu.work.views import extras, lists, moves, offers, orders, outside, settings
from zhongshu.work.views.nouns import NOUNS

app_name = "work"
urlpatterns = [
    path("", orders.order_list, name="orders"),
    path("new", orders.new, name="new"),
    path("reassignment", orders.several, name="several"),
    path("pool", lists.pool, name="pool"),
    path("held", lists.held, name="held"),
    path("tasks", lists.tasks, name="tasks"),
    path("aid", lists.aid, name="aid_hours"),
    *(
        path(f"aid/<int:pk>/{step}", extras.aid_answer, {"step": step}, name=f"aid_{step}")
        for step in ("acceptance", "refusal", "joining", "leaving")
    ),
    path("contractor-jobs", lists.contractor_jobs, name="contractor_jobs"),
    path("visits", lists.visits, name="visits"),
    path("unfitting", lists.unfitting, name="unfitting"),
    path("outside/<str:token>", outside.outside, name="outside"),
    *(path(f"settings/{noun}", settings.shelf, {"noun": noun}, name=noun) for noun in settings.SHELVES),
    *(
        path(f"settings/{noun}/<int:pk>/ending", settings.ending, {"noun": noun}, name=f"{noun}_ending")
        for noun, shelf in settings.SHELVES.items()
        if shelf.end
    ),
    path("<str:number>", orders.order, name="order"),
    path("<str:number>/claim", extras.claim, name="claim"),
    *(
        path(f"<str:number>/{noun}", extras.extra, {"noun": noun}, name=noun.replace("-", "_"))
        for noun in offers.EXTRAS
    ),
    path("<str:number>/photos", moves.photos, name="photos"),
    path("<str:number>/photos/<int:pk>", moves.photo, name="photo"),
    *(path(f"<str:number>/{noun}", moves.correction, {"noun": noun}, name=noun) for noun in moves.CORRECTIONS),
    *(path(f"<str:number>/{noun}", moves.move, {"noun": noun}, name=noun.replace("-", "_")) for noun in NOUNS),
]
