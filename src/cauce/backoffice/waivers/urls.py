"""Addresses of the condonaciones."""

from django.urls import path

from cauce.backoffice.waivers import views

app_name = "waivers"
urlpatterns = [
    path("", views.waivers, name="waivers"),
    path("condonaciones.xlsx", views.waivers_workbook, name="waivers_workbook"),
    path("cuentas/<int:account_id>/nueva/", views.new_waiver, name="new_waiver"),
    path("<int:waiver_id>/", views.waiver, name="waiver"),
    path("<int:waiver_id>/resolver/", views.decide, name="decide"),
]
