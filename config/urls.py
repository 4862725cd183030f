"""Every address of the site."""

from django.urls import include, path

urlpatterns = [
    path("acceso/", include("cauce.backoffice.entrance.urls")),
    path("", include("cauce.backoffice.urls")),
]
