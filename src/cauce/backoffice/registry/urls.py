"""Addresses of the padrón."""

from django.urls import path

from cauce.backoffice.registry import views

app_name = "registry"
urlpatterns = [
    path("", views.accounts, name="accounts"),
    path("padron.xlsx", views.accounts_workbook, name="accounts_workbook"),
    path("avisos/", views.flags, name="flags"),
    path("avisos/avisos.xlsx", views.flags_workbook, name="flags_workbook"),
    path("avisos/<int:flag_id>/atender/", views.attend_flag, name="attend_flag"),
    path("<int:account_id>/", views.account, name="account"),
    path("<int:account_id>/cuenta/", views.edit_account, name="edit_account"),
    path("<int:account_id>/titular/", views.edit_customer, name="edit_customer"),
    path("<int:account_id>/predio/", views.edit_premises, name="edit_premises"),
    path("<int:account_id>/retener/", views.place_account_hold, name="place_hold"),
    path("retenciones/<int:hold_id>/levantar/", views.lift_account_hold, name="lift_hold"),
]
