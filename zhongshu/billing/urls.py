"""Addresses of billing: nouns; writing is POST."""

from django.urls import URLPattern

app_name = "billing"
urlpatterns: list[URLPattern] = []
