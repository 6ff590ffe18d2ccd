"""The demo's one page."""

from django.urls import path

from zhongshu.simulation import views

app_name = "simulation"
urlpatterns = [path("", views.past, name="past")]
