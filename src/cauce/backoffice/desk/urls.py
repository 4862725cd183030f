"""Addresses of the cash desk."""

from django.urls import path

from cauce.backoffice.desk import receipts, views

app_name = "desk"
urlpatterns = [
    path("", views.home, name="home"),
    path("cobro/", views.collect, name="collect"),
    path("cobro/revisar/", views.check, name="check"),
    path("cobro/hecho/", views.take, name="take"),
    path("verificar/", views.verify, name="verify"),
    path("titular/<int:customer_id>/", views.of_person, name="of_person"),
    path("pagos/", receipts.payments, name="payments"),
    path("pagos/<int:payment_id>/", receipts.receipt, name="receipt"),
    path("pagos/<int:payment_id>/imprimir/", receipts.print_receipt, name="print"),
    path("pagos/<int:payment_id>/comprobante.pdf", receipts.receipt_pdf, name="receipt_pdf"),
]
