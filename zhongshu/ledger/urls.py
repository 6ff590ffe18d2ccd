"""Addresses of ledger: nouns; writing is POST."""

from django.urls import URLPattern

app_name = "ledger"
urlpatterns: list[URLPattern] = []
