"""Addresses of the imports."""

from django.urls import path

from cauce.backoffice.imports import views

app_name = "imports"
urlpatterns = [
    path("", views.batches, name="batches"),
    path("nueva/", views.new_import, name="new_import"),
    path("<int:batch_id>/", views.batch, name="batch"),
    path("<int:batch_id>/avance/", views.progress, name="progress"),
    path("<int:batch_id>/importar/", views.confirm, name="confirm"),
    path("<int:batch_id>/cancelar/", views.cancel, name="cancel"),
    path("<int:batch_id>/hallazgos.xlsx", views.findings_workbook, name="findings_workbook"),
    path("<int:batch_id>/hallazgos.csv", views.findings_csv, name="findings_csv"),
]
