"""Addresses of the residents' pages."""

from django.urls import path

from zhongshu.portal import views

app_name = "portal"
urlpatterns = [
    path("", views.home, name="home"),
    path("matters", views.matters, name="matters"),
    path("matters/new", views.report, name="report"),
    path("matters/<str:number>", views.matter, name="matter"),
    path("matters/<str:number>/answer", views.answer, name="answer"),
]
