"""Addresses of the claims and the vouchers."""

from django.urls import path

from cauce.backoffice.claims import views, vouchers

app_name = "claims"
urlpatterns = [
    path("", views.claims, name="claims"),
    path("aclaraciones.xlsx", views.claims_workbook, name="claims_workbook"),
    path("cuentas/<int:account_id>/nueva/", views.new_claim, name="new_claim"),
    path("<int:claim_id>/", views.claim, name="claim"),
    path("<int:claim_id>/acuse.pdf", views.claim_pdf, name="claim_pdf"),
    path("<int:claim_id>/ficha/", views.slip, name="slip"),
    path("<int:claim_id>/encontrado/", views.accept, name="accept"),
    path("<int:claim_id>/no-procede/", views.refuse, name="refuse"),
    path("<int:claim_id>/trasladado/", views.close_by_move, name="close_by_move"),
    path("<int:claim_id>/otro-vale/", views.replace, name="replace"),
    path("<int:claim_id>/vale.pdf", vouchers.voucher_pdf, name="voucher_pdf"),
    path("vales/", vouchers.vouchers, name="vouchers"),
    path("vales/<int:voucher_id>/", vouchers.voucher, name="voucher"),
    path("vales/<int:voucher_id>/aplicar/", vouchers.apply, name="apply"),
]
