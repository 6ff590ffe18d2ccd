"""Addresses of ledger: nouns; writing is POST."""

from django.urls import path

from zhongshu.ledger.views import books, by_hand, periods

app_name = "ledger"
urlpatterns = [
    path("", books.trial_balance, name="trial_balance"),
    path("accounts/<int:account_id>", books.account, name="account"),
    path("entries", books.entries, name="entries"),
    path("entries/<str:number>", books.entry, name="entry"),
    path("entries/<str:number>/reversal", by_hand.reversal, name="reversal"),
    path("proposals", by_hand.proposals, name="proposals"),
    path("proposals/new", by_hand.new, name="new"),
    path("proposals/<int:proposal_id>", by_hand.proposal, name="proposal"),
    path("proposals/<int:proposal_id>/approval", by_hand.approval, name="approval"),
    path("proposals/<int:proposal_id>/declining", by_hand.declining, name="declining"),
    path("proposals/<int:proposal_id>/withdrawal", by_hand.withdrawal, name="withdrawal"),
    path("periods", periods.periods, name="periods"),
    path("periods/closing", periods.closing, name="closing"),
    path("periods/reopening", periods.reopening, name="reopening"),
]
