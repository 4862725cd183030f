"""Addresses of the auxiliar de pagarés."""

from django.urls import path

from cauce.backoffice.daybook import registers

app_name = "note_register"
urlpatterns = [
    path("", registers.day, name="day"),
    path("pagares.xlsx", registers.day_workbook, name="day_workbook"),
    path("cerrar/", registers.close, name="close"),
    path("pagare/<int:note_id>/", registers.note, name="note"),
    path("cerrados/", registers.registers, name="registers"),
    path("cerrados/auxiliares.xlsx", registers.registers_workbook, name="registers_workbook"),
    path("cerrados/<int:register_number>/auxiliar.pdf", registers.register_pdf, name="register_pdf"),
    path("cerrados/<int:register_number>/auxiliar.xlsx", registers.register_workbook, name="register_workbook"),
]
