"""Addresses of the shared meters."""

from django.urls import path

from cauce.backoffice.sharing import views

app_name = "sharing"
urlpatterns = [
    path("", views.shares, name="shares"),
    path("medidores-compartidos.xlsx", views.shares_workbook, name="shares_workbook"),
    path("cuentas/<int:account_id>/", views.account_meter, name="account_meter"),
    path("cuentas/<int:account_id>/repartir/", views.divide, name="divide"),
    path("cuentas/<int:account_id>/toma/", views.hang, name="hang"),
    path("cuentas/<int:account_id>/terminar/", views.end, name="end"),
]
