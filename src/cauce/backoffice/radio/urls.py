"""Addresses of the radio."""

from django.urls import path

from cauce.backoffice.radio import views

app_name = "radio"
urlpatterns = [
    path("", views.messages_heard, name="messages"),
    path("excel/", views.messages_workbook, name="messages_workbook"),
    path("anotar/", views.new_message, name="new_message"),
    path("<int:radio_id>/enterado/", views.acknowledge, name="acknowledge"),
]
