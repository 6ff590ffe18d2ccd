"""Addresses of care: nouns; writing is POST."""

from django.urls import path

from zhongshu.care.views import boards, elevations, flows, why

app_name = "care"
urlpatterns = [
    path("bands", boards.board, name="bands"),
    path("accounts", boards.accounts, name="accounts"),
    path("flow", flows.flow, name="flow"),
    path("elevation", elevations.elevation, name="elevation"),
    path("accounts/<str:account_number>", why.why, name="why"),
]
