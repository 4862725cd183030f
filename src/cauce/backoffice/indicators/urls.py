"""Addresses of the indicator of the work orders."""

from django.urls import path

from cauce.backoffice.indicators import views

app_name = "indicators"
urlpatterns = [
    path("", views.orders, name="orders"),
    path("indicador.xlsx", views.orders_workbook, name="orders_workbook"),
    path("ordenes/", views.behind, name="behind"),
    path("ordenes/ordenes.xlsx", views.behind_workbook, name="behind_workbook"),
]
