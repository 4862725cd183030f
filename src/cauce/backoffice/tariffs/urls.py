"""Addresses of the tariffs."""

from django.urls import path

from cauce.backoffice.tariffs import views

app_name = "tariffs"
urlpatterns = [
    path("simulador/", views.simulator, name="simulator"),
    path("leyes/", views.laws, name="laws"),
    path("leyes/<int:schedule_id>/", views.law, name="law"),
]
