"""Addresses of the cases."""

from django.urls import path

from cauce.backoffice.cases import acts, answering, catalogue, listing, one_case, receiving, tickets

app_name = "cases"
urlpatterns = [
    path("", listing.cases, name="cases"),
    path("excel/", listing.cases_workbook, name="cases_workbook"),
    path("cuenta/<int:account_id>/", listing.account_cases, name="account_cases"),
    path("nuevo/", receiving.new_case, name="new_case"),
    path("tipos/", catalogue.case_types, name="case_types"),
    path("tipos/nuevo/", catalogue.new_case_type, name="new_case_type"),
    path("tipos/<slug:case_type_code>/", catalogue.case_type, name="case_type"),
    path("plantillas/", catalogue.answer_templates, name="templates"),
    path("plantillas/nueva/", catalogue.new_template, name="new_template"),
    path("plantillas/<slug:template_code>/", catalogue.answer_template, name="template"),
    path("turnos/", tickets.turns, name="turns"),
    path("turnos/tomar/", tickets.take_turn, name="take_turn"),
    path("turnos/llamar/", tickets.call_next, name="call_next"),
    path("turnos/<int:ticket_id>/turno.pdf", tickets.ticket_pdf, name="ticket_pdf"),
    path("turnos/<int:ticket_id>/atendido/", tickets.finish, name="finish_turn"),
    path("turnos/<int:ticket_id>/se-fue/", tickets.leave, name="leave_turn"),
    path("<int:case_id>/", one_case.case, name="case"),
    path("<int:case_id>/acuse.pdf", answering.case_pdf, name="case_pdf"),
    path("<int:case_id>/archivos/<int:case_file_id>/", one_case.case_file, name="file"),
    path("<int:case_id>/tomar/", acts.take, name="take"),
    path("<int:case_id>/aceptar/", acts.accept, name="accept"),
    path("<int:case_id>/devolver/", acts.return_it, name="return_it"),
    path("<int:case_id>/canalizar/", acts.route, name="route"),
    path("<int:case_id>/detener/", acts.pause, name="pause"),
    path("<int:case_id>/reanudar/", acts.resume, name="resume"),
    path("<int:case_id>/nota/", acts.note, name="note"),
    path("<int:case_id>/contacto/", acts.contact, name="contact"),
    path("<int:case_id>/archivo/", acts.attach, name="attach"),
    path("<int:case_id>/orden/", acts.order, name="order"),
    path("<int:case_id>/aforo/", acts.inspect, name="inspect"),
    path("<int:case_id>/resolver/", acts.resolve, name="resolve"),
    path("<int:case_id>/cerrar/", acts.close, name="close"),
    path("<int:case_id>/reabrir/", acts.reopen, name="reopen"),
    path("<int:case_id>/duplicado/", acts.duplicate, name="duplicate"),
    path("<int:case_id>/desistir/", acts.withdraw, name="withdraw"),
    path("<int:case_id>/respuesta/", answering.new_answer, name="new_answer"),
    path("<int:case_id>/respuesta/borrador/", answering.answer_draft, name="answer_draft"),
    path("<int:case_id>/respuestas/<int:answer_id>/respuesta.pdf", answering.answer_pdf, name="answer_pdf"),
    path("<int:case_id>/respuestas/<int:answer_id>/firma/", answering.answer_signature, name="answer_signature"),
    path("<int:case_id>/respuestas/<int:answer_id>/entrega/", answering.deliver_answer, name="deliver_answer"),
]
