"""Addresses of billing."""

from django.urls import path

from cauce.backoffice.billing import views

app_name = "billing"
urlpatterns = [
    path("", views.runs, name="runs"),
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
