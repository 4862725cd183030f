"""Addresses of the tariffs."""

from django.urls import path

from cauce.backoffice.tariffs import comparing, laws, norms, sweeps, views, watch

app_name = "tariffs"
urlpatterns = [
    path("simulador/", views.simulator, name="simulator"),
    path("leyes/", laws.laws, name="laws"),
    path("leyes/cargar/", laws.new_law, name="new_law"),
    path("leyes/<int:schedule_id>/", laws.law, name="law"),
    path("leyes/<int:schedule_id>/orillas/", laws.boundaries, name="boundaries"),
    path("leyes/<int:schedule_id>/vigor/", laws.put_in_force, name="put_in_force"),
    path("leyes/<int:schedule_id>/descartar/", laws.discard, name="discard_law"),
    path("leyes/<int:schedule_id>/retomar/", laws.take_up, name="take_up_law"),
    path("comparar/", comparing.comparisons, name="comparisons"),
    path("comparar/nueva/", comparing.compare, name="compare"),
    path("comparar/<int:comparison_id>/", comparing.comparison, name="comparison"),
    path("comparar/<int:comparison_id>/cuentas/", comparing.compared_accounts, name="compared_accounts"),
    path("comparar/<int:comparison_id>/excel/", comparing.compared_workbook, name="compared_workbook"),
    path("revisiones/", sweeps.sweeps, name="sweeps"),
    path("revisiones/nueva/", sweeps.new_sweep, name="new_sweep"),
    path("revisiones/<int:sweep_id>/", sweeps.sweep, name="sweep"),
    path("revisiones/<int:sweep_id>/excel/", sweeps.sweep_workbook, name="sweep_workbook"),
    path("revisiones/diferencia/<int:difference_id>/caso/", sweeps.open_difference, name="open_difference"),
    path("vigilancia/", watch.findings, name="findings"),
    path("vigilancia/excel/", watch.findings_workbook, name="findings_workbook"),
    path("vigilancia/revisar/", watch.review, name="review_watch"),
    path("vigilancia/<int:finding_id>/", watch.finding, name="finding"),
    path("vigilancia/<int:finding_id>/caso/", watch.open_finding, name="open_finding"),
    path("vigilancia/<int:finding_id>/orden/", watch.order_finding, name="order_finding"),
    path("vigilancia/<int:finding_id>/descartar/", watch.dismiss, name="dismiss_finding"),
    path("normativa/", norms.norms, name="norms"),
    path("normativa/<slug:norm_code>/texto/", norms.norm_text, name="norm_text"),
    path("normativa/<slug:norm_code>/guardar/", norms.keep_text, name="keep_norm_text"),
]
