"""Addresses of community: nouns; writing is POST."""

from django.urls import URLPattern

app_name = "community"
urlpatterns: list[URLPattern] = []
