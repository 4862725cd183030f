"""Addresses of the stolen and destroyed meters."""

from django.urls import path

from cauce.backoffice.losses import views

app_name = "losses"
urlpatterns = [
    path("", views.losses, name="losses"),
    path("medidores-robados.xlsx", views.losses_workbook, name="losses_workbook"),
    path("cuentas/<int:account_id>/reportar/", views.report, name="report"),
    path("<int:loss_id>/", views.loss, name="loss"),
    path("<int:loss_id>/reponer/", views.replace, name="replace"),
    path("<int:loss_id>/aparecio/", views.found, name="found"),
]
