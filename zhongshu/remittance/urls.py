"""Addresses of remittance: nouns; writing is POST."""

from django.urls import path

from zhongshu.remittance.views import bills, codes, merchants, notices, orders, pay

app_name = "remittance"
urlpatterns = [
    path("online/orders", orders.orders, name="orders"),
    path("online/orders/<str:number>", orders.order, name="order"),
    path("online/orders/<str:number>/live", orders.order_live, name="order_live"),
    path("online/orders/<str:number>/question", orders.order_question, name="order_question"),
    path("online/orders/<str:number>/refunds", orders.refunds, name="refunds"),
    path("online/refunds/<int:refund_id>/approval", orders.refund_approval, name="refund_approval"),
    path("online/refunds/<int:refund_id>/declining", orders.refund_declining, name="refund_declining"),
    path("online/accounts/<int:account_id>/order", orders.new_order, name="new_order"),
    path("online/alerts", orders.alerts, name="alerts"),
    path("online/alerts/<int:alert_id>/settlement", orders.alert_settlement, name="alert_settlement"),
    path("online/alerts/<int:alert_id>/booking", orders.alert_booking, name="alert_booking"),
    path("online/bills", bills.bills, name="bills"),
    path("online/bills/<int:bill_id>", bills.bill, name="bill"),
    path("online/codes", codes.codes, name="codes"),
    path("online/merchants", merchants.merchants, name="merchants"),
    path("online/merchants/<str:site_code>/<str:provider>", merchants.merchant, name="merchant"),
    path("online/merchants/<int:merchant_id>/switch", merchants.merchant_switch, name="merchant_switch"),
    path("u/<str:token>", pay.code, name="code"),
    path("u/<str:token>/orders", pay.code_orders, name="code_orders"),
    path("u/<str:token>/orders/<str:number>", pay.code_order, name="code_order"),
    path("notices/<str:provider>/<str:key>", notices.notices, name="notices"),
]
