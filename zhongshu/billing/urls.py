"""Addresses of billing: nouns; writing is POST."""

from django.urls import path

from zhongshu.billing.views import contracts, meters, sharing

app_name = "billing"
urlpatterns = [
    path("meters", meters.meters, name="meters"),
    path("meters/<int:meter_id>", meters.meter, name="meter"),
    path("meters/<int:meter_id>/readings", meters.meter_readings, name="meter_readings"),
    path("meters/<int:meter_id>/replacement", meters.meter_replacement, name="meter_replacement"),
    path("meters/<int:meter_id>/removal", meters.meter_removal, name="meter_removal"),
    path("readings", meters.readings, name="readings"),
    path("readings/<int:reading_id>/reversal", meters.reading_reversal, name="reading_reversal"),
    path("readings/<int:reading_id>/photo", meters.reading_photo, name="reading_photo"),
    path("m/meters", meters.phone_meters, name="phone_meters"),
    path("m/meters/<int:meter_id>", meters.phone_meter, name="phone_meter"),
    path("shared", sharing.shared, name="shared"),
    path("shared/<int:cost_id>", sharing.shared_cost, name="shared_cost"),
    path("shared/<int:cost_id>/cancellation", sharing.shared_cost_cancellation, name="shared_cost_cancellation"),
    path("contracts", contracts.contracts, name="contracts"),
    path("contracts/<int:contract_id>", contracts.contract, name="contract"),
    path("contracts/<int:contract_id>/termination", contracts.contract_termination, name="contract_termination"),
]
