"""Addresses of the arrears portfolio."""

from django.urls import path

from cauce.backoffice.arrears import accounts, contacts, figures, map, selections

app_name = "arrears"
urlpatterns = [
    path("", figures.portfolio, name="portfolio"),
    path("cartera.xlsx", figures.portfolio_workbook, name="portfolio_workbook"),
    path("calcular/", figures.take, name="take"),
    path("concentracion/", figures.concentration, name="concentration"),
    path("movimiento/", figures.movement, name="movement"),
    path("medidores/", figures.meters, name="meters"),
    path("cuentas/", accounts.accounts, name="accounts"),
    path("cuentas/cuentas.xlsx", accounts.accounts_workbook, name="accounts_workbook"),
    path("mapa/", map.debtors_map, name="map"),
    path("mapa/puntos.json", map.points, name="points"),
    path("selecciones/", selections.selections, name="selections"),
    path("selecciones/guardar/", selections.save, name="save_selection"),
    path("selecciones/<int:selection_id>/quitar/", selections.withdraw, name="withdraw_selection"),
    path("gestiones/", contacts.contacts, name="contacts"),
    path("gestiones/gestiones.xlsx", contacts.contacts_workbook, name="contacts_workbook"),
    path("cuenta/<int:account_id>/gestiones/", contacts.account_contacts, name="account_contacts"),
    path("cuenta/<int:account_id>/gestiones/nueva/", contacts.new_contact, name="new_contact"),
]
