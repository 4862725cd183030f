"""Addresses of the bank's files."""

from django.urls import path

from cauce.backoffice.bank import files, movements, resolving

app_name = "bank"
urlpatterns = [
    path("", files.home, name="home"),
    path("nuevo/", files.new_file, name="new_file"),
    path("formatos/", files.layouts, name="layouts"),
    path("archivos/<int:file_id>/", files.file, name="file"),
    path("archivos/<int:file_id>/avance/", files.progress, name="progress"),
    path("archivos/<int:file_id>/aplicar/", files.confirm, name="confirm"),
    path("archivos/<int:file_id>/cancelar/", files.cancel, name="cancel"),
    path("archivos/<int:file_id>/movimientos.xlsx", files.file_workbook, name="file_workbook"),
    path("pendientes/", movements.pending, name="pending"),
    path("pendientes.xlsx", movements.pending_workbook, name="pending_workbook"),
    path("movimientos/<int:movement_id>/", movements.movement, name="movement"),
    path("movimientos/<int:movement_id>/proponer/", resolving.propose, name="propose"),
    path("propuestas/<int:resolution_id>/aprobar/", resolving.approve, name="approve"),
    path("propuestas/<int:resolution_id>/rechazar/", resolving.refuse, name="refuse"),
]
