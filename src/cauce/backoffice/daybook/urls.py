"""Addresses of the libro de registros."""

from django.urls import path

from cauce.backoffice.daybook import annexes, views

app_name = "daybook"
urlpatterns = [
    path("", views.day, name="day"),
    path("asientos.xlsx", views.day_workbook, name="day_workbook"),
    path("cerrar/", views.close, name="close"),
    path("cerrados/", views.books, name="books"),
    path("cerrados/libros.xlsx", views.books_workbook, name="books_workbook"),
    path("cerrados/<int:book_number>/libro.pdf", views.book_pdf, name="book_pdf"),
    path("cerrados/<int:book_number>/anexos/", annexes.annexes, name="annexes"),
    path("cerrados/<int:book_number>/anexos/proponer/", annexes.propose, name="propose"),
    path("anexos/<int:proposal_id>/aprobar/", annexes.approve, name="approve"),
    path("anexos/<int:proposal_id>/rechazar/", annexes.refuse, name="refuse"),
    path("anexos/<int:proposal_id>/anexo.pdf", annexes.annex_pdf, name="annex_pdf"),
]
