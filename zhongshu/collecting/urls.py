"""Addresses of collecting: nouns; writing is POST."""

from django.urls import path

from zhongshu.collecting.views import accounts, arrears, limitation, notices, plans, prints, pursuing, words

app_name = "collecting"
urlpatterns = [
    path("arrears", arrears.arrears, name="arrears"),
    path("overview", arrears.overview, name="overview"),
    path("pursuit", pursuing.pursuit, name="pursuit"),
    path("m/day", arrears.day, name="day"),
    path("m/accounts/<str:account_number>", accounts.account_on_phone, name="account_on_phone"),
    path("accounts/<str:account_number>", accounts.account, name="account"),
    path("accounts/<str:account_number>/contacts", accounts.contacts, name="account_contacts"),
    path("accounts/<str:account_number>/reasons", accounts.reasons, name="account_reasons"),
    path("accounts/<str:account_number>/plans", plans.plans, name="account_plans"),
    path("accounts/<str:account_number>/papers", pursuing.papers, name="account_papers"),
    path("plans/<int:plan_id>", plans.plan, name="plan"),
    path("plans/<int:plan_id>/ending", plans.plan_ending, name="plan_ending"),
    path("plans/<int:plan_id>/file", plans.plan_file, name="plan_file"),
    path("notices", notices.notices, name="notices"),
    path("notices/new", notices.new_notices, name="new_notices"),
    path("notices/prints", prints.notice_prints, name="notice_prints"),
    path("notices/<int:notice_id>", notices.notice, name="notice"),
    path("notices/<int:notice_id>/paper", notices.notice_paper, name="notice_paper"),
    path("notices/<int:notice_id>/withdrawal", notices.withdrawal, name="withdrawal"),
    path("notices/<int:notice_id>/deliveries", notices.deliveries, name="deliveries"),
    path("notices/<int:notice_id>/deliveries/<int:delivery_id>", notices.delivery_photo, name="delivery_photo"),
    path("prints", prints.prints, name="prints"),
    path("prints/<int:print_run_id>", prints.print_run, name="print"),
    path("prints/<int:print_run_id>/file", prints.print_file, name="print_file"),
    path("prints/<int:print_run_id>/posting", prints.posting, name="posting"),
    path("templates", words.templates, name="templates"),
    path("templates/preview", words.preview, name="preview"),
    path("templates/<str:kind>", words.template, name="template"),
    path("lawyers", words.lawyers, name="lawyers"),
    path("lawyers/<int:lawyer_id>/ending", words.lawyer_ending, name="lawyer_ending"),
    path("contact-hours", words.contact_hours, name="contact_hours"),
    path("limitation", limitation.limitation, name="limitation"),
]
