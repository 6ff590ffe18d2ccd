"""Addresses of collecting: nouns; writing is POST."""

from django.urls import URLPattern

app_name = "collecting"
urlpatterns: list[URLPattern] = []
