"""Addresses of the drawer's sessions, of the day and of collecting without power."""

from django.urls import path

from cauce.backoffice.sessions.views import contingency, day, debts, own, printing, reviewing

app_name = "sessions"
urlpatterns = [
    path("", own.home, name="home"),
    path("abrir/", own.open_, name="open"),
    path("retiro/", own.withdraw, name="withdraw"),
    path("corte/", own.close, name="close"),
    path("todos/", reviewing.sessions, name="sessions"),
    path("todos.xlsx", reviewing.sessions_workbook, name="sessions_workbook"),
    path("<int:session_id>/", reviewing.session, name="session"),
    path("<int:session_id>/revisar/", reviewing.review, name="review"),
    path("<int:session_id>/arqueo/", reviewing.count, name="count"),
    path("<int:session_id>/corte/", reviewing.close_absent, name="close_absent"),
    path("<int:session_id>/corte.pdf", reviewing.close_pdf, name="close_pdf"),
    path("<int:session_id>/acta.pdf", reviewing.difference_pdf, name="difference_pdf"),
    path("<int:session_id>/ficha.pdf", reviewing.deposit_pdf, name="deposit_pdf"),
    path("retiros/<int:withdrawal_id>/retiro.pdf", reviewing.withdrawal_pdf, name="withdrawal_pdf"),
    path("arqueos/<int:count_id>/acta.pdf", reviewing.count_pdf, name="count_pdf"),
    path("papeles/<int:document_id>/imprimir/", printing.print_paper, name="print_paper"),
    path("dia/", day.day, name="day"),
    path("dia/cerrar/", day.close_day, name="close_day"),
    path("dia/consolidado.pdf", day.day_pdf, name="day_pdf"),
    path("dia/consolidado.xlsx", day.day_workbook, name="day_workbook"),
    path("contingencia/", contingency.blocks, name="blocks"),
    path("contingencia/imprimir/", contingency.print_block, name="print_block"),
    path("contingencia/capturar/", contingency.capture, name="capture"),
    path("contingencia/<int:block_id>/", contingency.block, name="block"),
    path("contingencia/<int:block_id>/recibos.pdf", contingency.block_pdf, name="block_pdf"),
    path("adeudos/", debts.debts, name="debts"),
    path("adeudos/preparar/", debts.prepare_debts, name="prepare_debts"),
    path("adeudos/todas.pdf", debts.all_pdf, name="all_debts_pdf"),
    path("adeudos/todas.xlsx", debts.all_workbook, name="all_debts_workbook"),
    path("adeudos/<int:route_id>.pdf", debts.route_pdf, name="route_pdf"),
    path("adeudos/<int:route_id>.xlsx", debts.route_workbook, name="route_workbook"),
]
