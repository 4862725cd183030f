"""Who a command acts as, and the demonstration users' access codes."""

import time
from collections.abc import Callable
from typing import Any

import click
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from allauth.mfa.utils import decrypt
from django.conf import settings

from cauce.cli.output import emit, json_option
from cauce.core.errors import DomainError
from cauce.users.models import User
from cauce.users.operations import APPROVAL_USER, CAPTURE_USER


class UnknownUser(DomainError):
    """No active user has that name."""


class UserNotNamed(DomainError):
    """In production somebody must answer for what a command does."""


class SameUserTwice(DomainError):
    """Who captures cannot approve."""


class CodeNotAvailable(DomainError):
    """The user has no code to show, or may not be shown one here."""


def acting_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add ``--by`` and ``--approved-by``: who captures and who approves, compulsory in production."""
    by = click.option("--by", metavar="USUARIO", help="Quién captura (obligatorio en producción).")
    approved_by = click.option("--approved-by", metavar="USUARIO", help="Quién autoriza (obligatorio en producción).")
    return by(approved_by(command))


def capture_user(by: str | None = None) -> User:
    """Who captures: the user named, or outside production the command line's own.

    :raises UserNotNamed: in production, without a name.
    :raises UnknownUser: if no active user has that name.
    """
    return _acting_user(by, CAPTURE_USER, "--by")


def approval_user(approved_by: str | None = None, *, captured_by: User | None = None) -> User:
    """Who approves: the user named, or outside production the command line's own; never who captured.

    :raises UserNotNamed: in production, without a name.
    :raises UnknownUser: if no active user has that name.
    :raises SameUserTwice: if it is the one who captured.
    """
    user = _acting_user(approved_by, APPROVAL_USER, "--approved-by")
    if captured_by is not None and user.pk == captured_by.pk:
        raise SameUserTwice(
            f"{user.username} capturó y no puede autorizar lo mismo. Indique a otra persona en --approved-by."
        )
    return user


def _acting_user(username: str | None, default: str, option: str) -> User:
    if username is None:
        if settings.ENVIRONMENT == "prod":
            raise UserNotNamed(f"En producción indique quién responde por esto: {option} USUARIO.")
        username = default
    user = User.objects.filter(username=username, is_active=True).first()
    if user is None:
        raise UnknownUser(f"No hay un usuario activo «{username}». Revise el nombre, o ejecute: cauce migrate.")
    return user


@click.command()
@click.argument("username", metavar="USUARIO")
@json_option
def otp(username: str, as_json: bool) -> None:
    """Da el código de acceso que en este momento mostraría el teléfono de USUARIO (sólo en demostración).

    :raises CodeNotAvailable: in production, or if the user has no second factor.
    """
    if settings.ENVIRONMENT == "prod":
        raise CodeNotAvailable("En producción el código sólo lo da el teléfono de cada persona.")
    authenticator = Authenticator.objects.filter(user__username=username, type=Authenticator.Type.TOTP).first()
    if authenticator is None:
        raise CodeNotAvailable(f"«{username}» no tiene código de acceso. Ejecute cauce demo o revise el nombre.")
    period, left = divmod(int(time.time()), 30)
    code = format_hotp_value(hotp_value(decrypt(authenticator.data["secret"]), period))
    emit({"user": username, "code": code, "seconds_left": 30 - left}, as_json=as_json, text=code)
