"""Addresses of the auxiliar de pagarés."""

from django.urls import path

from cauce.backoffice.daybook import annexes, registers

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
    path("cerrados/<int:register_number>/anexos/", annexes.register_annexes, name="annexes"),
    path("cerrados/<int:register_number>/anexos/proponer/", annexes.propose_to_register, name="propose"),
    path("anexos/<int:register_proposal_id>/aprobar/", annexes.approve_of_register, name="approve"),
    path("anexos/<int:register_proposal_id>/rechazar/", annexes.refuse_of_register, name="refuse"),
    path("anexos/<int:register_proposal_id>/anexo.pdf", annexes.register_annex_pdf, name="annex_pdf"),
]
