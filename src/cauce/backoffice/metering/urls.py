"""Addresses of the readings."""

from django.urls import path

from cauce.backoffice.metering import views

app_name = "metering"
urlpatterns = [
    path("", views.rounds, name="rounds"),
    path("<int:round_id>/", views.reading_round, name="round"),
    path("<int:round_id>/en-revision.xlsx", views.review_workbook, name="review_workbook"),
    path("<int:round_id>/sin-lectura/", views.unread, name="unread"),
]
