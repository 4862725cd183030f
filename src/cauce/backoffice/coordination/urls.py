"""Addresses of the reports of the coordination."""

from django.urls import path

from cauce.backoffice.coordination import views

app_name = "coordination"
urlpatterns = [
    path("", views.reports, name="reports"),
    path("parte/", views.day, name="day"),
    path("parte/parte.pdf", views.day_pdf, name="day_pdf"),
    path("parte/enviar/", views.send_day, name="send_day"),
    path("mensual/", views.month, name="month"),
    path("mensual/informe.pdf", views.month_pdf, name="month_pdf"),
    path("mensual/informe.xlsx", views.month_workbook, name="month_workbook"),
    path("mensual/enviar/", views.send_month, name="send_month"),
    path("entrega/", views.hand_over_page, name="hand_over"),
    path("entrega/entrega.pdf", views.hand_over_pdf, name="hand_over_pdf"),
    path("entrega/entrega.xlsx", views.hand_over_workbook, name="hand_over_workbook"),
]
