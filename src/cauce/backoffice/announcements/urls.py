"""Addresses of what Comunicación Social makes known."""

from django.urls import path

from cauce.backoffice.announcements import offerings, turns, views

app_name = "announcements"
urlpatterns = [
    path("", views.announcements, name="announcements"),
    path("nuevo/", views.new_announcement, name="new_announcement"),
    path("tandeo/", turns.turns, name="turns"),
    path("tandeo/agregar/", turns.add_turn, name="add_turn"),
    path("tandeo/<int:turn_id>/terminar/", turns.end_turn, name="end_turn"),
    path("materiales/", offerings.offerings, name="offerings"),
    path("materiales/nuevo/", offerings.new_offering, name="new_offering"),
    path("materiales/pedidos/<int:offering_request_id>/entregar/", offerings.deliver, name="deliver"),
    path("materiales/pedidos/<int:offering_request_id>/no-se-pudo/", offerings.refuse, name="refuse"),
    path("materiales/<int:offering_id>/", offerings.offering, name="offering"),
    path("materiales/<int:offering_id>/existencia/", offerings.stock, name="stock"),
    path("materiales/<int:offering_id>/pedir/", offerings.ask, name="ask"),
    path("<int:announcement_id>/", views.announcement, name="announcement"),
    path("<int:announcement_id>/publicar/", views.publish, name="publish"),
    path("<int:announcement_id>/retirar/", views.withdraw, name="withdraw"),
    path("<int:announcement_id>/cuentas/", views.accounts_workbook, name="accounts_workbook"),
    path("<int:announcement_id>/papel/", views.notice_pdf, name="notice_pdf"),
]
