"""Addresses of the agenda of aforos."""

from django.urls import path

from cauce.backoffice.inspections import acting, agenda, booking, capture, listing, opening

app_name = "inspections"
urlpatterns = [
    path("", agenda.week, name="week"),
    path("mes/", agenda.month, name="month"),
    path("dia/", agenda.day, name="day"),
    path("dia/excel/", agenda.day_workbook, name="day_workbook"),
    path("dia/<int:technician_id>/hoja/", agenda.day_pdf, name="day_pdf"),
    path("lista/", listing.inspections, name="inspections"),
    path("lista/excel/", listing.inspections_workbook, name="inspections_workbook"),
    path("recordatorios/", agenda.reminders, name="reminders"),
    path("recordatorios/excel/", agenda.reminders_workbook, name="reminders_workbook"),
    path("abrir/", opening.open_days, name="open_days"),
    path("tecnicos/", opening.technicians, name="technicians"),
    path("medio-dia/<int:slot_id>/", agenda.slot, name="slot"),
    path("medio-dia/<int:slot_id>/cambiar/", opening.change_slot, name="change_slot"),
    path("medio-dia/<int:slot_id>/cerrar/", opening.close_slot, name="close_slot"),
    path("medio-dia/<int:slot_id>/volver-a-abrir/", opening.reopen_slot, name="reopen_slot"),
    path("nuevo/", booking.new_inspection, name="new_inspection"),
    path("<int:inspection_id>/", acting.inspection, name="inspection"),
    path("<int:inspection_id>/reprogramar/", booking.move, name="move"),
    path("<int:inspection_id>/no-se-encontro/", acting.miss, name="miss"),
    path("<int:inspection_id>/cancelar/", acting.cancel, name="cancel"),
    path("<int:inspection_id>/recordar/", acting.remind, name="remind"),
    path("<int:inspection_id>/acta/", capture.act, name="act"),
    path("<int:inspection_id>/acta/pdf/", capture.act_pdf, name="act_pdf"),
    path("<int:inspection_id>/cita/", acting.slip_pdf, name="slip_pdf"),
]
