"""Addresses of foresight: nouns; writing is POST."""

from django.urls import path

from zhongshu.foresight.views import ahead, card

app_name = "foresight"
urlpatterns = [
    path("", ahead.ahead, name="ahead"),
    path("formula", card.card, name="card"),
    path("switches", card.switches, name="switches"),
    path("learnings", card.learnings, name="learnings"),
    path("accounts/<str:account_number>", ahead.account, name="account"),
]
