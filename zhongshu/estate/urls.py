"""Addresses of the estate's pages, below /estate/."""

from django.urls import path

from zhongshu.estate.views import accounts, customers, imports, mappings, places, territories

app_name = "estate"
urlpatterns = [
    path("places", places.places, name="places"),
    path("places/<str:code>", places.place, name="place"),
    path("places/<str:code>/occupancies", places.occupancy, name="occupancy"),
    path("places/<str:code>/territories", places.territory, name="territory"),
    path("places/<str:code>/accounts", places.account, name="opening"),
    path("places/<str:code>/transfers", places.transfer, name="transfer"),
    path("customers", customers.customers, name="customers"),
    path("customers/<int:customer_id>", customers.customer, name="customer"),
    path("accounts/<str:number>", accounts.account, name="account"),
    path("accounts/<str:number>/ending", accounts.ending, name="account_ending"),
    path("accounts/<str:number>/members", accounts.members, name="members"),
    path("accounts/<str:number>/members/<int:member_id>/ending", accounts.member_ending, name="member_ending"),
    path("accounts/<str:number>/places", accounts.places, name="account_places"),
    path("accounts/<str:number>/places/<int:holding_id>/ending", accounts.place_ending, name="holding_ending"),
    path("territories", territories.territories, name="territories"),
    path("territories/<int:territory_id>/ending", territories.territory_ending, name="territory_ending"),
    path("imports", imports.imports, name="imports"),
    path("imports/<int:import_id>", imports.preview, name="import"),
    path("imports/<int:import_id>/columns", mappings.columns, name="import_columns"),
    path("imports/<int:import_id>/checking", imports.checking, name="import_checking"),
    path("imports/<int:import_id>/discarding", imports.discarding, name="import_discarding"),
    path("imports/<int:import_id>/taking", imports.taking, name="import_taking"),
    path("imports/<int:import_id>/errors", imports.errors, name="import_errors"),
    path("mappings", mappings.mappings, name="mappings"),
    path("mappings/<int:mapping_id>", mappings.mapping, name="mapping"),
    path("mappings/<int:mapping_id>/ending", mappings.mapping_ending, name="mapping_ending"),
    path("templates/<str:kind>", imports.template, name="template"),
    path("exports/<str:kind>", imports.export, name="export"),
]
