"""Addresses of care: nouns; writing is POST."""

from django.urls import path

from zhongshu.care.views import why

app_name = "care"
urlpatterns = [
    path("accounts/<str:account_number>", why.why, name="why"),
]
