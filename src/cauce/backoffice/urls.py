"""Every screen of the staff."""

from django.urls import include, path

urlpatterns = [
    path("", include("cauce.backoffice.today.urls")),
    path("", include("cauce.backoffice.window.urls")),
    path("padron/", include("cauce.backoffice.registry.urls")),
    path("lecturas/", include("cauce.backoffice.metering.urls")),
    path("facturacion/", include("cauce.backoffice.billing.urls")),
    path("tarifas/", include("cauce.backoffice.tariffs.urls")),
    path("importaciones/", include("cauce.backoffice.imports.urls")),
    path("personas/", include("cauce.backoffice.people.urls")),
    path("galeria/", include("cauce.backoffice.gallery.urls")),
]
