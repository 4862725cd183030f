"""Addresses of the window and of the account's page."""

from django.urls import path

from cauce.backoffice.window import views

app_name = "window"
urlpatterns = [
    path("ventanilla/", views.search, name="search"),
    path("paleta/", views.palette, name="palette"),
    path("cuentas/<int:account_id>/", views.account, name="account"),
    path("cuentas/<int:account_id>/estado-de-cuenta/", views.account_statement, name="account_statement"),
    path("cuentas/<int:account_id>/recibos/", views.account_bills, name="account_bills"),
    path("cuentas/<int:account_id>/lecturas/", views.account_readings, name="account_readings"),
    path("cuentas/<int:account_id>/documentos/", views.account_documents, name="account_documents"),
    path("cuentas/<int:account_id>/ordenes/", views.account_orders, name="account_orders"),
    path("cuentas/<int:account_id>/historia/", views.account_history, name="account_history"),
    path("cuentas/<int:account_id>/estado-de-cuenta.pdf", views.statement_pdf, name="statement_pdf"),
    path("recibos/<int:bill_id>/", views.bill, name="bill"),
    path("recibos/<int:bill_id>/recibo.pdf", views.bill_pdf, name="bill_pdf"),
]
