"""Addresses of the doors, in Spanish; the views and the names are allauth's. Only those that the staff uses exist."""

from allauth.account import views as account
from allauth.mfa.base import views as mfa
from allauth.mfa.recovery_codes import views as recovery_codes
from allauth.mfa.totp import views as totp
from allauth.usersessions import views as sessions
from django.urls import path

urlpatterns = [
    path("entrar/", account.login, name="account_login"),
    path("salir/", account.logout, name="account_logout"),
    path("inactiva/", account.account_inactive, name="account_inactive"),
    # The sign-in page asks for this name; the adapter keeps the door closed.
    path("registro/", account.signup, name="account_signup"),
    path("confirmar/", account.reauthenticate, name="account_reauthenticate"),
    path("contrasena/", account.password_change, name="account_change_password"),
    path("contrasena/nueva/", account.password_set, name="account_set_password"),
    path("contrasena/olvidada/", account.password_reset, name="account_reset_password"),
    path("segundo-factor/", mfa.index, name="mfa_index"),
    path("segundo-factor/codigo/", mfa.authenticate, name="mfa_authenticate"),
    path("segundo-factor/confirmar/", mfa.reauthenticate, name="mfa_reauthenticate"),
    path("segundo-factor/activar/", totp.activate_totp, name="mfa_activate_totp"),
    path("segundo-factor/desactivar/", totp.deactivate_totp, name="mfa_deactivate_totp"),
    path("segundo-factor/respaldo/", recovery_codes.view_recovery_codes, name="mfa_view_recovery_codes"),
    path("segundo-factor/respaldo/nuevos/", recovery_codes.generate_recovery_codes, name="mfa_generate_recovery_codes"),
    path(
        "segundo-factor/respaldo/archivo/", recovery_codes.download_recovery_codes, name="mfa_download_recovery_codes"
    ),
    path("sesiones/", sessions.list_usersessions, name="usersessions_list"),
]
