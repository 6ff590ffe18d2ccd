"""Addresses of insight."""

from django.urls import path

from zhongshu.insight.views import analyses, delivery, mine, plans, reports, walls

app_name = "insight"
urlpatterns = [
    path("report", reports.report, name="report"),
    path("matters", reports.matters, name="matters"),
    path("analysis", analyses.analysis, name="analysis"),
    path("plan", plans.plan, name="plan"),
    path("plan/<str:site>/picture", plans.picture, name="plan_picture"),
    path("mine", mine.mine, name="mine"),
    path("wall", walls.wall, name="wall"),
    path("screens", walls.screens, name="screens"),
    path("screens/<int:screen_id>/revocation", walls.revocation, name="screen_revocation"),
    path("screens/<str:secret>", walls.screen, name="screen"),
    path("subscriptions", delivery.subscriptions, name="subscriptions"),
    path("subscriptions/<int:subscription_id>/ending", delivery.ending, name="subscription_ending"),
    path("issues/<int:issue_id>", delivery.issue, name="issue"),
]
