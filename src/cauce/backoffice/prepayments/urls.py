"""Addresses of the months paid ahead."""

from django.urls import path

from cauce.backoffice.prepayments import views

app_name = "prepayments"
urlpatterns = [
    path("", views.prepayments, name="prepayments"),
    path("anualidades.xlsx", views.prepayments_workbook, name="prepayments_workbook"),
    path("cuentas/<int:account_id>/nueva/", views.new_prepayment, name="new_prepayment"),
    path("<int:prepayment_id>/", views.prepayment, name="prepayment"),
    path("<int:prepayment_id>/cancelar/", views.cancel, name="cancel"),
    path("<int:prepayment_id>/constancia.pdf", views.certificate_pdf, name="certificate_pdf"),
]
