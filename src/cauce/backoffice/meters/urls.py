"""Addresses of the park of meters."""

from django.urls import path

from cauce.backoffice.meters import acting, lists, one_meter, park, proposals, tests

app_name = "meters"
urlpatterns = [
    path("", park.park, name="park"),
    path("calcular/", park.take, name="take"),
    path("criterios/", park.criteria, name="criteria"),
    path("lista/", lists.meters, name="meters"),
    path("lista/medidores.xlsx", lists.meters_workbook, name="meters_workbook"),
    path("sospechosos/", lists.suspects, name="suspects"),
    path("sospechosos/sospechosos.xlsx", lists.suspects_workbook, name="suspects_workbook"),
    path("medidor/<int:meter_id>/", one_meter.meter, name="meter"),
    path("medidor/<int:meter_id>/completar/", acting.complete, name="complete"),
    path("medidor/<int:meter_id>/guardar/", acting.put_away, name="put_away"),
    path("medidor/<int:meter_id>/prueba/", tests.new_test, name="new_test"),
    path("pruebas/", tests.tests, name="tests"),
    path("pruebas/pruebas.xlsx", tests.tests_workbook, name="tests_workbook"),
    path("pruebas/<int:bench_test_id>/", tests.test, name="test"),
    path("pruebas/<int:bench_test_id>/acta.pdf", tests.test_pdf, name="test_pdf"),
    path("propuestas/", proposals.proposals, name="proposals"),
    path("propuestas/propuestas.xlsx", proposals.proposals_workbook, name="proposals_workbook"),
    path("propuestas/nueva/", acting.propose, name="propose"),
    path("propuestas/<int:replacement_id>/", proposals.proposal, name="proposal"),
    path("propuestas/<int:replacement_id>/propuesta.pdf", proposals.proposal_pdf, name="proposal_pdf"),
    path("propuestas/<int:replacement_id>/aprobar/", acting.approve, name="approve"),
    path("propuestas/<int:replacement_id>/negar/", acting.refuse, name="refuse"),
    path("propuestas/<int:replacement_id>/retirar/", acting.withdraw, name="withdraw"),
]
