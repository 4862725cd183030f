"""Every screen of the staff."""

from django.urls import include, path

urlpatterns = [
    path("", include("cauce.backoffice.today.urls")),
    path("", include("cauce.backoffice.window.urls")),
    path("caja/", include("cauce.backoffice.desk.urls")),
    path("padron/", include("cauce.backoffice.registry.urls")),
    path("lecturas/", include("cauce.backoffice.metering.urls")),
    path("facturacion/", include("cauce.backoffice.billing.urls")),
    path("tarifas/", include("cauce.backoffice.tariffs.urls")),
    path("importaciones/", include("cauce.backoffice.imports.urls")),
    path("ordenes-de-pago/", include("cauce.backoffice.orders.urls")),
    path("turnos/", include("cauce.backoffice.sessions.urls")),
    path("aclaraciones/", include("cauce.backoffice.claims.urls")),
    path("banco/", include("cauce.backoffice.bank.urls")),
    path("conciliacion/", include("cauce.backoffice.clearing.urls")),
    path("correcciones/", include("cauce.backoffice.corrections.urls")),
    path("personas/", include("cauce.backoffice.people.urls")),
    path("informatica/", include("cauce.backoffice.informatics.urls")),
    path("comunicacion/", include("cauce.backoffice.announcements.urls")),
    path("suplencias/", include("cauce.backoffice.substitutions.urls")),
    path("salud/", include("cauce.backoffice.health.urls")),
    path("galeria/", include("cauce.backoffice.gallery.urls")),
]
