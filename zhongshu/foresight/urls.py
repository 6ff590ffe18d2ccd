"""Addresses of foresight: nouns; writing is POST."""

from django.urls import URLPattern

app_name = "foresight"
urlpatterns: list[URLPattern] = []
