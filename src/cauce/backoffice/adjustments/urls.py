"""Addresses of the adjustments."""

from django.urls import path

from cauce.backoffice.adjustments import acting, lists, policies, proposing, showing

app_name = "adjustments"
urlpatterns = [
    path("", lists.adjustments, name="adjustments"),
    path("ajustes.xlsx", lists.adjustments_workbook, name="adjustments_workbook"),
    path("cuentas/<int:account_id>/nuevo/", proposing.new_adjustment, name="new_adjustment"),
    path("politicas/", policies.policies, name="policies"),
    path("politicas/nueva/", policies.new_policy, name="new_policy"),
    path("politicas/<int:adjustment_policy_id>/", policies.policy, name="policy"),
    path("politicas/<int:adjustment_policy_id>/aprobar/", policies.approve_policy, name="approve_policy"),
    path("politicas/<int:adjustment_policy_id>/acuerdo/", policies.put_in_force, name="put_in_force"),
    path("politicas/<int:adjustment_policy_id>/rechazar/", policies.refuse_policy, name="refuse_policy"),
    path("<int:adjustment_id>/", showing.adjustment, name="adjustment"),
    path("<int:adjustment_id>/hoja.pdf", showing.sheet_pdf, name="sheet_pdf"),
    path("<int:adjustment_id>/carta.pdf", showing.letter_pdf, name="letter_pdf"),
    path("<int:adjustment_id>/evidencia/<int:adjustment_file_id>/", showing.evidence, name="evidence"),
    path("<int:adjustment_id>/autorizar/", acting.authorise, name="authorise"),
    path("<int:adjustment_id>/negar/", acting.refuse, name="refuse"),
    path("<int:adjustment_id>/retirar/", acting.withdraw, name="withdraw"),
    path("<int:adjustment_id>/aplicar/", acting.apply, name="apply"),
    path("<int:adjustment_id>/deshacer/", acting.undo, name="undo"),
]
