"""Addresses of care: nouns; writing is POST."""

from django.urls import URLPattern

app_name = "care"
urlpatterns: list[URLPattern] = []
