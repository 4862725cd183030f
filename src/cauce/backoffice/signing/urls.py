"""Addresses of the tray «Para firma»."""

from django.urls import path

from cauce.backoffice.signing import papers, views

app_name = "signing"
urlpatterns = [
    path("", views.tray, name="tray"),
    path("firmar/", views.sign, name="sign"),
    path("historial/", views.history, name="history"),
    path("historial/firmas.xlsx", views.history_workbook, name="history_workbook"),
    path("<int:signature_id>/", views.request_page, name="request"),
    path("<int:signature_id>/devolver/", views.give_back, name="give_back"),
    path("<int:signature_id>/retirar/", views.withdraw, name="withdraw"),
    path("<int:signature_id>/archivo/", papers.file, name="file"),
    path("<int:signature_id>/paginas/<int:page_number>.png", papers.page, name="page"),
]
