"""Addresses of billing."""

from django.urls import path

from cauce.backoffice.billing import calendar, comparing, control, views

app_name = "billing"
urlpatterns = [
    path("", views.runs, name="runs"),
    path("calendario/", calendar.calendar, name="calendar"),
    path("calendario.xlsx", calendar.calendar_workbook, name="calendar_workbook"),
    path("calendario.pdf", calendar.calendar_pdf, name="calendar_pdf"),
    path("calendario/hacer/", calendar.generate, name="generate"),
    path("calendario/<int:dates_id>/", calendar.cycle, name="cycle"),
    path("calendario/<int:dates_id>/mover/", calendar.move_days, name="move_days"),
    path("calendario/<int:dates_id>/repartido/", calendar.delivered, name="delivered"),
    path("corridas/<int:run_id>/cambios/", control.changes, name="changes"),
    path("corridas/<int:run_id>/cambios.xlsx", control.changes_workbook, name="changes_workbook"),
    path("corridas/<int:run_id>/enterado/", control.acknowledge, name="acknowledge"),
    path("corridas/<int:run_id>/faltan/", control.missing, name="missing"),
    path("corridas/<int:run_id>/faltan.xlsx", control.missing_workbook, name="missing_workbook"),
    path("corridas/<int:run_id>/firmar/", control.sign, name="sign"),
    path("corridas/<int:run_id>/comparacion/", comparing.comparison, name="comparison"),
    path("corridas/<int:run_id>/fuera-de-lo-comun/", comparing.unusual, name="unusual"),
    path("corridas/<int:run_id>/fuera-de-lo-comun.xlsx", comparing.unusual_workbook, name="unusual_workbook"),
    path("corridas/<int:run_id>/vistas/", comparing.look, name="look"),
    path("corridas/<int:run_id>/muestra/", comparing.sample, name="sample"),
    path("corridas/<int:run_id>/muestra.pdf", comparing.sample_pdf, name="sample_pdf"),
    path("muestra/<int:sampled_id>/revisar/", comparing.check, name="check"),
    path("abrir/", views.open_cycle, name="open_cycle"),
    path("corridas/<int:run_id>/", views.run, name="run"),
    path("corridas/<int:run_id>/avance/", views.progress, name="progress"),
    path("corridas/<int:run_id>/calcular/", views.compute, name="compute"),
    path("corridas/<int:run_id>/aprobar/", views.approve, name="approve"),
    path("corridas/<int:run_id>/emitir/", views.issue, name="issue"),
    path("corridas/<int:run_id>/descartar/", views.discard, name="discard"),
    path("corridas/<int:run_id>/apartadas/", views.left_out, name="left_out"),
    path("corridas/<int:run_id>/apartadas.xlsx", views.left_out_workbook, name="left_out_workbook"),
    path("corridas/<int:run_id>/recibos/", views.drafts, name="drafts"),
    path("corridas/<int:run_id>/totales.pdf", views.totals_pdf, name="totals_pdf"),
    path("corridas/<int:run_id>/imprimir/", views.prepare_papers, name="prepare_papers"),
    path("corridas/<int:run_id>/recibos.pdf", views.bills_pdf, name="bills_pdf"),
    path("cuentas-de-corrida/<int:run_account_id>/apartar/", views.withdraw, name="withdraw"),
    path("cuentas-de-corrida/<int:run_account_id>/devolver/", views.give_back, name="give_back"),
]
