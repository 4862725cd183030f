"""Addresses of the system's health."""

from django.urls import path

from cauce.backoffice.health import views

app_name = "health"
urlpatterns = [path("", views.health, name="health")]
