"""Addresses of what puts payments right."""

from django.urls import path

from cauce.backoffice.corrections import day, doing, payments, refunds

app_name = "corrections"
urlpatterns = [
    path("pagos/", payments.payments, name="payments"),
    path("pagos/pagos.xlsx", payments.payments_workbook, name="payments_workbook"),
    path("pagos/<int:payment_id>/", payments.payment, name="payment"),
    path("pagos/<int:payment_id>/cancelar/", doing.reverse, name="reverse"),
    path("comprobantes/<int:receipt_id>/trasladar/", doing.move, name="move"),
    path("formas/<int:tender_id>/corregir/", doing.method, name="method"),
    path("formas/<int:tender_id>/devuelta/", doing.dishonour, name="dishonour"),
    path("formas/<int:tender_id>/aviso.pdf", doing.dishonour_pdf, name="dishonour_pdf"),
    path("devoluciones/", refunds.refunds, name="refunds"),
    path("devoluciones/devoluciones.xlsx", refunds.refunds_workbook, name="refunds_workbook"),
    path("devoluciones/cuentas/<int:account_id>/", refunds.new_refund, name="new_refund"),
    path("devoluciones/<int:refund_id>/", refunds.refund, name="refund"),
    path("devoluciones/<int:refund_id>/resolver/", refunds.decide_refund, name="decide_refund"),
    path("devoluciones/<int:refund_id>/pagar/", refunds.give_refund, name="give_refund"),
    path("devoluciones/<int:refund_id>/devolucion.pdf", refunds.refund_pdf, name="refund_pdf"),
    path("saldo-a-favor/<int:account_id>/aplicar/", refunds.apply_favour, name="apply_favour"),
    path("", day.corrections, name="day"),
    path("correcciones.xlsx", day.corrections_workbook, name="day_workbook"),
]
