"""Addresses of the lineamientos."""

from django.urls import path

from cauce.backoffice.guidelines import acting, checking, listing, showing, writing

app_name = "guidelines"
urlpatterns = [
    path("", listing.guidelines, name="guidelines"),
    path("nuevo/", writing.new_guideline, name="new_guideline"),
    path("resultados/", checking.results, name="results"),
    path("resultados.xlsx", checking.results_workbook, name="results_workbook"),
    path("<int:guideline_id>/otra-version/", writing.start, name="start"),
    path("<int:guideline_id>/mes/", checking.month, name="month"),
    path("<int:guideline_id>/mes/capturar/", checking.capture, name="capture"),
    path("<int:guideline_id>/mes/cerrar/", checking.close, name="close"),
    path("version/<int:guideline_version_id>/", showing.version, name="version"),
    path("version/<int:guideline_version_id>/lineamiento.pdf", showing.paper_pdf, name="paper_pdf"),
    path("version/<int:guideline_version_id>/escribir/", writing.edit, name="edit"),
    path("version/<int:guideline_version_id>/enviar/", acting.submit, name="submit"),
    path("version/<int:guideline_version_id>/devolver/", acting.give_back, name="give_back"),
    path("version/<int:guideline_version_id>/autorizar/", acting.authorise, name="authorise"),
    path("version/<int:guideline_version_id>/retirar/", acting.withdraw, name="withdraw"),
    path("version/<int:guideline_version_id>/acusar/", acting.acknowledge, name="acknowledge"),
    path("version/<int:guideline_version_id>/acuses/", listing.acknowledgements, name="acknowledgements"),
    path(
        "version/<int:guideline_version_id>/acuses.xlsx",
        listing.acknowledgements_workbook,
        name="acknowledgements_workbook",
    ),
]
