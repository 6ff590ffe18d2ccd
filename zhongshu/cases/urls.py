"""Addresses of the pages of cases: nouns; writing is POST."""

from django.urls import path

from zhongshu.cases.views import case, cases, follow_ups, learning

app_name = "cases"
urlpatterns = [
    path("", cases.cases, name="cases"),
    path("follow-ups", follow_ups.follow_ups, name="follow_ups"),
    path("follow-ups/<int:follow_up_id>/attempts", follow_ups.attempts, name="attempts"),
    path("learning", learning.learning, name="learning"),
    path("learning/retrainings", learning.retrainings, name="retrainings"),
    path("<str:number>", case.case, name="case"),
    path("<str:number>/place", case.place, name="place"),
    path("<str:number>/classification", case.classification, name="classification"),
    path("<str:number>/notes", case.notes, name="notes"),
    path("<str:number>/handovers", case.handovers, name="handovers"),
    path("<str:number>/orders", case.orders, name="orders"),
    path("<str:number>/sign-off", case.sign_off, name="sign_off"),
    path("<str:number>/reopening", case.reopening, name="reopening"),
    path("<str:number>/closure", case.closure, name="closure"),
    path("<str:number>/withdrawal", case.withdrawal, name="withdrawal"),
]
