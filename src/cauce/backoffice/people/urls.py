"""Addresses of people and roles."""

from django.urls import path

from cauce.backoffice.people import links, views

app_name = "people"
urlpatterns = [
    path("", views.staff, name="staff"),
    path("nueva/", views.new_person, name="new_person"),
    path("puestos/", views.roles, name="roles"),
    path("vinculos/", links.links, name="links"),
    path("vinculos/<int:link_id>/terminar/", links.end, name="end_link"),
    path("<int:user_id>/vinculos/", links.person_links, name="person_links"),
    path("<int:user_id>/vinculos/declarar/", links.declare, name="declare_link"),
    path("<int:user_id>/", views.person, name="person"),
    path("<int:user_id>/contrasena/", views.new_password, name="new_password"),
    path("<int:user_id>/sesiones/", views.close_sessions, name="close_sessions"),
    path("apariencia/", views.change_theme, name="change_theme"),
]
