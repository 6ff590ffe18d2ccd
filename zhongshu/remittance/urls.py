"""Addresses of remittance: nouns; writing is POST."""

from django.urls import URLPattern

app_name = "remittance"
urlpatterns: list[URLPattern] = []
