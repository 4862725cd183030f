"""Who a command acts as, and the access codes of the demonstration."""

import json
import time

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import generate_totp_secret, validate_totp_code
from allauth.mfa.utils import encrypt
from click.testing import CliRunner

from cauce.cli.access import (
    CodeNotAvailable,
    SameUserTwice,
    UnknownUser,
    UserNotNamed,
    approval_user,
    capture_user,
    otp,
)
from cauce.users.models import User

pytestmark = pytest.mark.django_db


def test_outside_production_two_users_of_the_system_act() -> None:
    assert capture_user().username == "cli-captura"
    assert approval_user(captured_by=capture_user()).username == "cli-autoriza"


def test_in_production_both_people_must_be_named(settings: pytest.FixtureRequest) -> None:
    settings.ENVIRONMENT = "prod"

    with pytest.raises(UserNotNamed, match="--by"):
        capture_user()
    with pytest.raises(UserNotNamed, match="--approved-by"):
        approval_user()


def test_nobody_approves_what_they_captured() -> None:
    ana = User.objects.create(username="ana")

    with pytest.raises(SameUserTwice, match="ana"):
        approval_user("ana", captured_by=capture_user("ana"))
    assert capture_user("ana") == ana


def test_who_has_left_does_not_act() -> None:
    User.objects.create(username="ana", is_active=False)

    with pytest.raises(UnknownUser, match="ana"):
        capture_user("ana")


def test_the_code_is_the_one_that_the_phone_shows() -> None:
    secret = generate_totp_secret()
    Authenticator.objects.create(
        user=User.objects.create(username="ana"), type=Authenticator.Type.TOTP, data={"secret": encrypt(secret)}
    )
    if time.time() % 30 > 28:
        time.sleep(2)

    answer = json.loads(CliRunner().invoke(otp, ["ana", "--json"]).stdout)

    assert validate_totp_code(secret, answer["code"])
    assert 0 < answer["seconds_left"] <= 30


def test_without_a_second_factor_or_in_production_there_is_no_code(settings: pytest.FixtureRequest) -> None:
    assert isinstance(CliRunner().invoke(otp, ["nadie"]).exception, CodeNotAvailable)
    settings.ENVIRONMENT = "prod"
    assert isinstance(CliRunner().invoke(otp, ["nadie"]).exception, CodeNotAvailable)
