"""Addresses of the money in transit."""

from django.urls import path

from cauce.backoffice.clearing import matches, views

app_name = "clearing"
urlpatterns = [
    path("", views.home, name="home"),
    path("en-transito/", views.items, name="items"),
    path("en-transito.xlsx", views.items_workbook, name="items_workbook"),
    path("no-identificados/", views.unidentified_money, name="unidentified"),
    path("no-identificados.xlsx", views.unidentified_workbook, name="unidentified_workbook"),
    path("conciliar/", matches.match, name="match"),
    path("proponer/", matches.propose_matches, name="propose"),
    path("hechas/", matches.matches, name="matches"),
    path("hechas.xlsx", matches.matches_workbook, name="matches_workbook"),
    path("hechas/<int:match_id>/", matches.match_page, name="match_page"),
    path("hechas/<int:match_id>/deshacer/", matches.reverse, name="reverse"),
]
