"""Addresses of the pages of cases: nouns; writing is POST."""

from django.urls import path

from zhongshu.cases.views import case, cases, complaints, follow_ups, incidents, learning, referrals

app_name = "cases"
urlpatterns = [
    path("", cases.cases, name="cases"),
    path("follow-ups", follow_ups.follow_ups, name="follow_ups"),
    path("follow-ups/<int:follow_up_id>/attempts", follow_ups.attempts, name="attempts"),
    path("learning", learning.learning, name="learning"),
    path("learning/retrainings", learning.retrainings, name="retrainings"),
    path("incidents", incidents.incidents, name="incidents"),
    path("incidents/<str:number>", incidents.incident, name="incident"),
    path("incidents/<str:number>/members", incidents.members, name="incident_members"),
    path("incidents/<str:number>/notices", incidents.notices, name="incident_notices"),
    path("incidents/<str:number>/restoration", incidents.restoration, name="incident_restoration"),
    path("incidents/<str:number>/withdrawal", incidents.withdrawal, name="incident_withdrawal"),
    path("complaints", complaints.complaints, name="complaints"),
    path("check-backs", referrals.check_backs, name="check_backs"),
    path("check-backs/<int:referral_id>/outcome", referrals.outcome, name="check_back"),
    path("directory", referrals.directory, name="directory"),
    path("repeats", referrals.repeats, name="repeats"),
    path("rain", referrals.rain, name="rain"),
    path("rules", referrals.rules, name="rules"),
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
    path("<str:number>/further-calls", case.further_calls, name="further_calls"),
    path("<str:number>/matters", case.matters, name="matters"),
    path("<str:number>/referrals", case.referrals, name="referrals"),
    path("<str:number>/splitting", incidents.splitting, name="splitting"),
    path("<str:number>/incident-answers", incidents.answers, name="incident_answers"),
    path("<str:number>/complaint", complaints.complaint, name="complaint"),
    path("<str:number>/complaint/judgements", complaints.judgements, name="judgements"),
    path("<str:number>/complaint/revisions", complaints.revisions, name="revisions"),
    path("<str:number>/complaint/lines", complaints.lines, name="complaint_lines"),
    path("<str:number>/complaint/lines/<str:role>/signature", complaints.signatures, name="signatures"),
    path("<str:number>/complaint/reports", complaints.reports, name="complaint_reports"),
]
