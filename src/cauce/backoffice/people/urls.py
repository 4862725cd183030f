"""Addresses of people and roles."""

from django.urls import path

from cauce.backoffice.people import views

app_name = "people"
urlpatterns = [
    path("", views.staff, name="staff"),
    path("nueva/", views.new_person, name="new_person"),
    path("puestos/", views.roles, name="roles"),
    path("<int:user_id>/", views.person, name="person"),
    path("<int:user_id>/contrasena/", views.new_password, name="new_password"),
    path("<int:user_id>/sesiones/", views.close_sessions, name="close_sessions"),
    path("apariencia/", views.change_theme, name="change_theme"),
]
