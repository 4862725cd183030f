"""Addresses of what is asked of Informática."""

from django.urls import path

from cauce.backoffice.informatics import month, views

app_name = "informatics"
urlpatterns = [
    path("", views.requests, name="requests"),
    path("excel/", views.requests_workbook, name="requests_workbook"),
    path("nueva/", views.new_request, name="new_request"),
    path("mes/", month.month, name="month"),
    path("mes/pdf/", month.month_pdf, name="month_pdf"),
    path("mes/excel/", month.month_workbook, name="month_workbook"),
    path("<int:request_id>/", views.one_request, name="request"),
    path("<int:request_id>/aceptar/", views.accept, name="accept"),
    path("<int:request_id>/empezar/", views.start, name="start"),
    path("<int:request_id>/dejar/", views.put_off, name="put_off"),
    path("<int:request_id>/terminar/", views.end, name="end"),
    path("<int:request_id>/no-se-hara/", views.refuse, name="refuse"),
]
