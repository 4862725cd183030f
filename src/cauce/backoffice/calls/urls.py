"""Addresses of the telephone."""

from django.urls import path

from cauce.backoffice.calls import messages, panel, views

app_name = "calls"
urlpatterns = [
    path("", views.calls, name="calls"),
    path("excel/", views.calls_workbook, name="calls_workbook"),
    path("por-devolver/", views.to_return, name="to_return"),
    path("llamada/", panel.new_call, name="new_call"),
    path("panel/", panel.panel, name="panel"),
    path("quien/", panel.caller, name="caller"),
    path("recados/", messages.inbox, name="messages"),
    path("recados/dejar/", messages.leave, name="leave_message"),
    path("recados/<int:message_id>/tomar/", messages.take, name="take_message"),
    path("<int:call_id>/", views.call, name="call"),
]
