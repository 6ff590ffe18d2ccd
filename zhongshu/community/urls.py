"""Addresses of community: nouns; writing is POST."""

from django.urls import path

from zhongshu.community.views import answering, surveys, visits

app_name = "community"
urlpatterns = [
    path("visits", visits.to_visit, name="to_visit"),
    path("visits/coverage", visits.coverage, name="coverage"),
    path("visits/draws/<int:draw_id>", visits.draw, name="draw"),
    path("visits/accounts/<int:account_id>", visits.visit, name="visit"),
    path("visits/photos/<int:visit_id>", visits.photo, name="photo"),
    path("surveys", surveys.surveys, name="surveys"),
    path("surveys/<str:quarter>", surveys.survey, name="survey"),
    path("surveys/<str:quarter>/paper", surveys.papers, name="papers"),
    path("surveys/paper/<int:invitation_id>", surveys.paper, name="paper"),
    path("q/<str:token>", answering.answer, name="answer"),
]
