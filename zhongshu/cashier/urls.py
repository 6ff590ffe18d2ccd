"""Addresses of cashier: nouns; writing is POST."""

from django.urls import path

from zhongshu.cashier.views import closes, counter, deposits, receipts, shifts, stand_ins

app_name = "cashier"
urlpatterns = [
    path("", counter.counter, name="counter"),
    path("opening", counter.opening, name="opening"),
    path("accounts/<str:account_number>/payments", counter.payments, name="payments"),
    path("accounts/<str:account_number>/prepayments", counter.prepayments, name="prepayments"),
    path("credit-refunds/<int:credit_refund_id>/cash", counter.cash_refund, name="cash_refund"),
    path("receipts/<str:payment_number>", receipts.receipt, name="receipt"),
    path("receipts/<str:payment_number>/prints", receipts.prints, name="prints"),
    path("receipts/<str:payment_number>/cancellation", receipts.cancellation, name="cancellation"),
    path("shifts", shifts.shifts, name="shifts"),
    path("shifts/<str:shift_number>", shifts.shift, name="shift"),
    path("shifts/<str:shift_number>/counts", shifts.counts, name="counts"),
    path("shifts/<str:shift_number>/resumption", shifts.resumption, name="resumption"),
    path("shifts/<str:shift_number>/handovers", shifts.shift_handovers, name="shift_handovers"),
    path("shifts/<str:shift_number>/ending", shifts.ending, name="ending"),
    path("handovers", shifts.handovers, name="handovers"),
    path("handovers/<int:handover_id>/acceptance", shifts.acceptance, name="acceptance"),
    path("handovers/<int:handover_id>/refusal", shifts.refusal, name="refusal"),
    path("handovers/<int:handover_id>/banking", shifts.banking, name="banking"),
    path("closes", closes.closes, name="closes"),
    path("closes/<str:day>", closes.close, name="close"),
    path("deposits", deposits.deposits, name="deposits"),
    path("deposits/<int:charge_id>", deposits.deposit, name="deposit"),
    path("releases", deposits.releases, name="releases"),
    path("releases/<str:release_number>", deposits.release, name="release"),
    path("releases/<str:release_number>/approval", deposits.release_approval, name="release_approval"),
    path("releases/<str:release_number>/refusal", deposits.release_refusal, name="release_refusal"),
    path("releases/<str:release_number>/withdrawal", deposits.release_withdrawal, name="release_withdrawal"),
    path("releases/<str:release_number>/payment", deposits.release_payment, name="release_payment"),
    path("stand-ins", stand_ins.stand_ins, name="stand_ins"),
    path("stand-ins/<int:stand_in_id>/ending", stand_ins.stand_in_ending, name="stand_in_ending"),
]
