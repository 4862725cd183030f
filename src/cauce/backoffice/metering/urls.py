"""Addresses of the readings."""

from django.urls import path

from cauce.backoffice.metering import catalogues, decided, review, routes, views, walking

app_name = "metering"
urlpatterns = [
    path("", views.rounds, name="rounds"),
    path("critica/", review.review, name="review"),
    path("critica/lote/", review.decide_many, name="decide_many"),
    path("critica/lista.xlsx", decided.list_excel, name="review_list_workbook"),
    path("critica/lista.pdf", decided.list_paper, name="review_paper"),
    path("critica/hallazgos/<int:reading_finding_id>/atender/", review.settle, name="settle"),
    path("decididas/", decided.decided, name="decided"),
    path("decididas/lista.xlsx", decided.decided_workbook, name="decided_workbook"),
    path("decisiones/<int:decision_id>/abrir/", review.reopen, name="reopen"),
    path("fotografias/<int:capture_id>/", decided.photo, name="photo"),
    path("rutas/", routes.routes, name="routes"),
    path("rutas/<int:route_id>/", routes.route, name="route"),
    path("rutas/<int:route_id>/mover/", routes.move, name="move"),
    path("rutas/<int:route_id>/recorrido/", routes.walk, name="walk"),
    path("rutas/<int:route_id>/recorrido/aceptar/", routes.accept_walk, name="accept_walk"),
    path("reparto/", routes.assignments, name="assignments"),
    path("reparto/guardar/", routes.assign, name="assign"),
    path("terminal/", walking.handheld, name="handheld"),
    path("terminal/archivo/", walking.handheld_file, name="handheld_file"),
    path("lecturistas/", catalogues.readers, name="readers"),
    path("lecturistas/nuevo/", catalogues.new_reader, name="new_reader"),
    path("lecturistas/<int:reader_id>/", catalogues.reader, name="reader"),
    path("anomalias/", catalogues.anomalies, name="anomalies"),
    path("<int:round_id>/", views.reading_round, name="round"),
    path("<int:round_id>/en-revision.xlsx", views.review_workbook, name="review_workbook"),
    path("<int:round_id>/sin-lectura/", views.unread, name="unread"),
    path("<int:round_id>/avance/", walking.progress, name="progress"),
    path("<int:round_id>/segundas-visitas/", walking.visits, name="visits"),
    path("<int:round_id>/segundas-visitas.xlsx", walking.visits_workbook, name="visits_workbook"),
    path("<int:round_id>/segundas-visitas.pdf", walking.visits_paper, name="visits_paper"),
    path("<int:round_id>/cuenta/<int:account_id>/", review.account_case, name="account_case"),
    path("<int:round_id>/cuenta/<int:account_id>/decidir/", review.decide, name="decide"),
]
