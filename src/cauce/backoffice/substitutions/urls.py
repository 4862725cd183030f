"""Addresses of the suplencias and of the days of rest."""

from django.urls import path

from cauce.backoffice.substitutions import views

app_name = "substitutions"
urlpatterns = [
    path("", views.substitutions, name="substitutions"),
    path("nueva/", views.new_substitution, name="new_substitution"),
    path("<int:substitution_id>/terminar/", views.end, name="end"),
    path("dias-inhabiles/", views.holidays, name="holidays"),
]
