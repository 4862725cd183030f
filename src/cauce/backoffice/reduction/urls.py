"""Addresses of the reduction of the service."""

from django.urls import path

from cauce.backoffice.reduction import authorising, files, following, infractions, papers

app_name = "reduction"
urlpatterns = [
    path("", authorising.relations, name="relations"),
    path("reglas/", authorising.table, name="table"),
    path("relacion/<int:relation_id>/", authorising.relation, name="relation"),
    path("relacion/<int:relation_id>/autorizar/", authorising.authorise, name="authorise"),
    path("relacion/<int:relation_id>/cuentas.xlsx", authorising.relation_workbook, name="relation_workbook"),
    path("relacion/<int:relation_id>/autorizacion.pdf", papers.authorisation_pdf, name="authorisation_pdf"),
    path("expediente/<int:act_id>/", files.file, name="file"),
    path("expediente/<int:act_id>/expediente.pdf", papers.file_pdf, name="file_pdf"),
    path("expediente/<int:act_id>/sacar/", files.exclude, name="exclude"),
    path("expediente/<int:act_id>/orden/", files.issue_order, name="issue_order"),
    path("expediente/<int:act_id>/vale/", files.issue_voucher, name="issue_voucher"),
    path("expediente/<int:act_id>/reconexion/", files.reconnect, name="reconnect"),
    path("vales/<int:water_voucher_id>/vale.pdf", papers.voucher_pdf, name="voucher_pdf"),
    path("vales/<int:water_voucher_id>/entrega/", files.deliver_voucher, name="deliver_voucher"),
    path("ordenes/", following.orders, name="orders"),
    path("ordenes/reducciones.xlsx", following.orders_workbook, name="orders_workbook"),
    path("retiradas/", following.recalls, name="recalls"),
    path("retiradas/retiradas.xlsx", following.recalls_workbook, name="recalls_workbook"),
    path("retiradas/registrar/", following.late, name="late"),
    path("infracciones/", infractions.infractions, name="infractions"),
    path("infracciones/infracciones.xlsx", infractions.infractions_workbook, name="infractions_workbook"),
    path("infracciones/nueva/", infractions.new_infraction, name="new_infraction"),
    path("infracciones/<int:infraction_id>/", infractions.infraction, name="infraction"),
    path("infracciones/<int:infraction_id>/acta.pdf", papers.infraction_pdf, name="infraction_pdf"),
    path("infracciones/<int:infraction_id>/notificar/", infractions.notify, name="notify"),
    path("infracciones/<int:infraction_id>/oir/", infractions.hear, name="hear"),
    path("infracciones/<int:infraction_id>/multar/", infractions.fine, name="fine"),
    path("infracciones/<int:infraction_id>/sin-sancion/", infractions.dismiss, name="dismiss"),
]
