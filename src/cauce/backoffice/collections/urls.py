"""Addresses of collection."""

from django.urls import path

from cauce.backoffice.collections import batches, deliveries, effect, ladder, legal

app_name = "collections"
urlpatterns = [
    path("", batches.batches_page, name="batches"),
    path("excel/", batches.batches_workbook, name="batches_workbook"),
    path("nueva/", batches.new_batch, name="new_batch"),
    path("relaciones/<int:collection_batch_id>/", batches.batch, name="batch"),
    path("relaciones/<int:collection_batch_id>/excel/", batches.batch_workbook, name="batch_workbook"),
    path("relaciones/<int:collection_batch_id>/relacion.pdf", batches.batch_pdf, name="batch_pdf"),
    path("relaciones/<int:collection_batch_id>/avisos.pdf", batches.notices_pdf, name="notices_pdf"),
    path("relaciones/<int:collection_batch_id>/imprimir/", batches.print_papers, name="print_papers"),
    path("relaciones/<int:collection_batch_id>/aprobar/", batches.approve, name="approve"),
    path("relaciones/<int:collection_batch_id>/emitir/", batches.issue, name="issue"),
    path("relaciones/<int:collection_batch_id>/descartar/", batches.discard, name="discard"),
    path("relaciones/<int:collection_batch_id>/no-aprobar/", batches.reject, name="reject"),
    path("relaciones/<int:collection_batch_id>/enviados/", batches.sent, name="sent"),
    path("relaciones/<int:collection_batch_id>/recorrido/", deliveries.walk, name="walk"),
    path("relaciones/<int:collection_batch_id>/quitar/<int:ladder_act_id>/", batches.exclude, name="exclude"),
    path("avisos/<int:ladder_act_id>/aviso.pdf", batches.notice_pdf, name="notice_pdf"),
    path("entregas/", deliveries.capture, name="capture"),
    path("efecto/", effect.effect, name="effect"),
    path("efecto/excel/", effect.effect_workbook, name="effect_workbook"),
    path("escalera/", ladder.steps, name="steps"),
    path("escalera/nuevo/", ladder.new_step, name="new_step"),
    path("escalera/<slug:step_code>/", ladder.step, name="step"),
    path("cuenta/<int:account_id>/", ladder.account, name="account"),
    path("actuaciones/", legal.records, name="records"),
    path("actuaciones/excel/", legal.records_workbook, name="records_workbook"),
    path("actuaciones/nueva/", legal.new_record, name="new_record"),
    path("actuaciones/<int:legal_record_id>/", legal.record, name="record"),
    path("actuaciones/<int:legal_record_id>/actuacion.pdf", legal.record_pdf, name="record_pdf"),
    path("actuaciones/<int:legal_record_id>/hoja/", legal.record_file, name="record_file"),
    path("actuaciones/<int:legal_record_id>/sin-efecto/", legal.void, name="void"),
    path("constancias/", legal.credentials, name="credentials"),
    path("constancias/nueva/", legal.new_credential, name="new_credential"),
    path("constancias/<int:credential_id>/constancia.pdf", legal.credential_pdf, name="credential_pdf"),
    path("constancias/<int:credential_id>/retirar/", legal.revoke, name="revoke"),
]
