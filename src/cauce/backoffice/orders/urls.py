"""Addresses of the órdenes de pago."""

from django.urls import path

from cauce.backoffice.orders import issuing, views

app_name = "orders"
urlpatterns = [
    path("", views.orders, name="orders"),
    path("ordenes-de-pago.xlsx", views.orders_workbook, name="orders_workbook"),
    path("nueva/", issuing.new_order, name="new_order"),
    path("nueva/persona/", issuing.register_person, name="register_person"),
    path("nueva/cuenta/<int:account_id>/", issuing.account_order, name="account_order"),
    path("nueva/persona/<int:party_id>/", issuing.person_order, name="person_order"),
    path("personas/<int:party_id>/", views.person, name="person"),
    path("<int:order_id>/", views.order, name="order"),
    path("<int:order_id>/orden.pdf", views.order_pdf, name="order_pdf"),
    path("<int:order_id>/reimprimir/", views.reprint, name="reprint"),
    path("<int:order_id>/cancelar/", views.cancel, name="cancel"),
]
