"""Addresses of cashier: nouns; writing is POST."""

from django.urls import URLPattern

app_name = "cashier"
urlpatterns: list[URLPattern] = []
