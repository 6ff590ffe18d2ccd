"""Addresses of insight."""

from django.urls import path

from zhongshu.insight.views import analyses, delivery, mine, money, money_behind, plans, reports, walls

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
    path("money/collection", money.collection, name="collection"),
    path("money/ageing", money.ageing, name="ageing"),
    path("money/takings", money.takings, name="takings"),
    path("money/paid-months", money.paid_months, name="paid_months"),
    path("money/receipts", money.receipts, name="receipts"),
    path("money/occupancy", money.occupancy, name="occupancy"),
    path("money/fees", money_behind.fees, name="fees"),
    path("money/payments", money_behind.payments, name="payments"),
    path("money/unpaid", money_behind.unpaid, name="unpaid"),
]
