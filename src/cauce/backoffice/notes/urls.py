"""Addresses of the pagarés."""

from django.urls import path

from cauce.backoffice.notes import views

app_name = "notes"
urlpatterns = [
    path("", views.notes, name="notes"),
    path("pagares.xlsx", views.notes_workbook, name="notes_workbook"),
    path("resguardar/", views.keep, name="keep"),
    path("<int:note_id>/", views.note, name="note"),
    path("<int:note_id>/devolver/", views.give_back, name="give_back"),
]
