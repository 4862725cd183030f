"""Addresses of the inbox."""

from django.urls import path

from cauce.backoffice.inbox import views

app_name = "inbox"
urlpatterns = [
    path("", views.inbox, name="inbox"),
    path("contadores/", views.counters, name="counters"),
    path("cuenta/", views.badge, name="badge"),
    path("canalizar/", views.route_many, name="route_many"),
]
