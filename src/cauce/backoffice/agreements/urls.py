"""Addresses of the agreements."""

from django.urls import path

from cauce.backoffice.agreements import acting, lists, printing, proposing, showing

app_name = "agreements"
urlpatterns = [
    path("", lists.agreements, name="agreements"),
    path("convenios.xlsx", lists.agreements_workbook, name="agreements_workbook"),
    path("por-autorizar/", lists.requests, name="requests"),
    path("seguimiento/", lists.monitor, name="monitor"),
    path("cuentas/<int:account_id>/nuevo/", proposing.new_agreement, name="new_agreement"),
    path("cuentas/<int:account_id>/firmante/", proposing.register_signer, name="register_signer"),
    path("pagares.pdf", printing.notes_pdf, name="notes_pdf"),
    path("pagares/<int:note_id>.pdf", printing.note_pdf, name="note_pdf"),
    path("<int:agreement_id>/", showing.agreement, name="agreement"),
    path("<int:agreement_id>/autorizar/", acting.authorise, name="authorise"),
    path("<int:agreement_id>/negar/", acting.refuse, name="refuse"),
    path("<int:agreement_id>/preparar/", acting.prepare, name="prepare"),
    path("<int:agreement_id>/firmar/", acting.sign, name="sign"),
    path("<int:agreement_id>/retirar/", acting.withdraw, name="withdraw"),
    path("<int:agreement_id>/cancelar/", acting.cancel, name="cancel"),
    path("<int:agreement_id>/resguardar/", acting.keep, name="keep"),
    path("<int:agreement_id>/carta-poder/", showing.proxy_letter, name="proxy_letter"),
    path("<int:agreement_id>/convenio.pdf", printing.agreement_pdf, name="agreement_pdf"),
    path("<int:agreement_id>/firmas.pdf", printing.signatures_pdf, name="signatures_pdf"),
    path("<int:agreement_id>/solicitud.pdf", printing.request_pdf, name="request_pdf"),
    path("<int:agreement_id>/papeles.pdf", printing.papers_pdf, name="papers_pdf"),
    path("<int:agreement_id>/pagares.pdf", printing.agreement_notes_pdf, name="agreement_notes_pdf"),
]
