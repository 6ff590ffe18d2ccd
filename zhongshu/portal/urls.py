"""Addresses of the residents' pages."""

from django.urls import path

from zhongshu.portal import bills, fees, guide, notices, promise, score, views

app_name = "portal"
urlpatterns = [
    path("", views.home, name="home"),
    path("matters", views.matters, name="matters"),
    path("matters/new", views.report, name="report"),
    path("matters/<str:number>", views.matter, name="matter"),
    path("matters/<str:number>/visit", views.visit, name="visit"),
    path("matters/<str:number>/further-calls", views.further_calls, name="further_calls"),
    path("incidents/<str:number>/reports", views.incident_reports, name="incident_reports"),
    path("matters/<str:number>/answer", views.answer, name="answer"),
    path("fees", fees.fees, name="fees"),
    path("fees/bills", bills.bills, name="bills"),
    path("fees/<int:charge_id>", bills.bill, name="bill"),
    path("fees/payments", bills.payments, name="payments"),
    path("fees/payments/<str:payment_number>", bills.payment, name="payment"),
    path("fees/payments/<str:payment_number>/receipt", bills.receipt, name="receipt"),
    path("fees/meters", bills.meters, name="meters"),
    path("fees/<int:account_id>/statement", bills.statement, name="statement"),
    path("fees/<int:account_id>/statement/paper", bills.statement_paper, name="statement_paper"),
    path("fees/<int:account_id>/code", fees.code, name="fees_code"),
    path("guide", guide.guide, name="guide"),
    path("guide/<int:article_id>", guide.article, name="guide_article"),
    path("guide/<int:article_id>/feedback", guide.helped, name="guide_helped"),
    path("notices", notices.notices, name="notices"),
    path("notices/reading", notices.reading, name="notices_reading"),
    path("notices/ways", notices.ways, name="ways"),
    path("notices/consent", notices.consent, name="consent"),
    path("score/<int:account_id>", score.score, name="score"),
    path("score/<int:account_id>/copy", score.copy, name="score_copy"),
    path("score/<int:account_id>/reviews", score.reviews, name="score_reviews"),
    path("promise", promise.promise, name="promise"),
]
