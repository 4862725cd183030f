"""One post, one person: a suplencia gives the post's powers between its dates, by a document, and nothing more."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from django.db import DatabaseError, IntegrityError, transaction

from cauce.users import backends
from cauce.users.models import Holiday, Substitution, User
from cauce.users.operations import (
    CalendarRejected,
    SubstitutionRefused,
    UnknownRole,
    declare_substitution,
    end_substitution,
    load_holidays,
    open_staff_account,
    sync_roles,
)
from cauce.users.queries import has_power, office_calendar, posts_of, substituted_by
from cauce.users.roles import ROLES, incompatible_in

AT = datetime(2026, 10, 12, 16, tzinfo=UTC)
TODAY = date(2026, 10, 12)
WEEK = TODAY + timedelta(days=7)
OFFICE = Path(__file__).parents[2] / "office" / "cortazar"
pytestmark = pytest.mark.django_db


def somebody(username: str, role: str) -> User:
    return open_staff_account(username=username, full_name=username.title(), role=role, password="una-clave-larga")


@pytest.fixture
def people() -> dict[str, User]:
    sync_roles()
    posts = ("coordinador", "jefe", "cajero", "facturacion", "director")
    return {role: somebody(f"de-{role}", role) for role in posts}


def declare(people: dict[str, User], substitute: str = "facturacion", **facts: object) -> Substitution:
    given: dict[str, object] = {
        "absent": people["coordinador"],
        "substitute": people[substitute],
        "role": "coordinador",
        "document_number": "JUM/COM/123/2026",
        "reason": "Vacaciones",
        "valid_from": TODAY,
        "valid_until": WEEK,
        "at": AT,
        "by": people["jefe"],
    }
    return declare_substitution(**(given | facts))  # type: ignore[arg-type]


def may_open_agenda(user: User) -> bool:
    # Permissions are remembered by object, as they are in a request.
    return User.objects.get(pk=user.pk).has_perm("workorders.open_agenda")


def test_the_powers_begin_and_end_by_themselves(people: dict[str, User], monkeypatch: pytest.MonkeyPatch) -> None:
    substitute = people["facturacion"]
    declare(people, valid_from=TODAY + timedelta(days=1))
    seen = {}
    for day in (TODAY, TODAY + timedelta(days=1), WEEK - timedelta(days=1), WEEK):
        monkeypatch.setattr(backends, "today", lambda day=day: day)
        seen[day] = may_open_agenda(substitute)
        assert ("coordinador" in posts_of(substitute, day)) is seen[day]
    assert list(seen.values()) == [False, True, True, False]
    assert User.objects.get(pk=substitute.pk).has_perm("billing.compute_run")


def test_powers_taken_back_are_gone_at_once(people: dict[str, User], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(backends, "today", lambda: TODAY)
    found = declare(people)
    assert may_open_agenda(people["facturacion"])
    assert [entry.absent for entry in substituted_by(people["facturacion"], TODAY)] == [people["coordinador"]]
    first = end_substitution(substitution=found, at=AT, by=people["jefe"])
    assert end_substitution(substitution=found, at=AT + timedelta(1), by=people["director"]).ended_at == first.ended_at
    assert not may_open_agenda(people["facturacion"])
    assert declare(people).pk != found.pk


def test_an_act_is_judged_by_the_suplencia_of_its_own_day(
    people: dict[str, User], monkeypatch: pytest.MonkeyPatch
) -> None:
    substitute, power = people["facturacion"], "workorders.open_agenda"
    declare(people)
    seen = {}
    # Whatever day it is when it is asked.
    for real in (TODAY - timedelta(days=30), WEEK + timedelta(days=30)):
        monkeypatch.setattr(backends, "today", lambda real=real: real)
        for day in (TODAY - timedelta(days=1), TODAY, WEEK - timedelta(days=1), WEEK):
            seen[real, day] = has_power(User.objects.get(pk=substitute.pk), power, day)
    assert list(seen.values()) == [False, True, True, False] * 2
    assert has_power(people["coordinador"], power, WEEK)
    people["coordinador"].is_active = False
    assert not has_power(people["coordinador"], power, WEEK)


def test_declared_twice_it_is_one(people: dict[str, User]) -> None:
    assert declare(people) == declare(people)


@pytest.mark.parametrize(
    ("substitute", "facts", "said"),
    [
        ("cajero", {}, "quien cobra no autoriza"),
        ("coordinador", {}, "Nadie se suple a sí mismo"),
        ("jefe", {}, "Nadie se da a sí mismo"),
        ("facturacion", {"document_number": " "}, "oficio"),
        ("facturacion", {"valid_until": TODAY}, "revise las fechas"),
        ("facturacion", {"role": "jefe"}, "no ocupa el puesto"),
    ],
)
def test_what_a_suplencia_may_not_be_is_refused(
    people: dict[str, User], substitute: str, facts: dict[str, object], said: str
) -> None:
    with pytest.raises(SubstitutionRefused) as refused:
        declare(people, substitute, **facts)
    assert said in refused.value.message
    assert not Substitution.objects.exists()


def test_a_post_has_one_substitute_at_a_time(people: dict[str, User]) -> None:
    declare(people)
    other = somebody("otra", "facturacion")
    with pytest.raises(SubstitutionRefused, match="ya suple"):
        declare(
            people | {"otra": other}, "otra", valid_from=WEEK - timedelta(days=1), valid_until=WEEK + timedelta(days=3)
        )
    with pytest.raises(IntegrityError), transaction.atomic():
        Substitution.objects.create(
            absent=people["coordinador"],
            substitute=other,
            role="coordinador",
            document_number="1",
            reason="",
            valid_from=TODAY,
            valid_until=WEEK,
            declared_at=AT,
            declared_by=people["jefe"],
        )


def test_a_suplencia_is_never_deleted(people: dict[str, User]) -> None:
    found = declare(people)
    with pytest.raises(DatabaseError), transaction.atomic():
        found.delete()


def test_an_unknown_post_is_refused(people: dict[str, User]) -> None:
    with pytest.raises(UnknownRole):
        declare(people, role="presidente")


def test_no_post_holds_by_itself_what_nobody_may_hold_together() -> None:
    assert [role.code for role in ROLES if incompatible_in(role.permissions)] == []


def test_the_offices_calendar_loads_once_and_stops_the_terms() -> None:
    path = OFFICE / "calendario.yaml"
    assert load_holidays(path=path) == Holiday.objects.count() > 10
    assert load_holidays(path=path) == 0
    assert office_calendar().after(date(2026, 9, 15), 1) == date(2026, 9, 17)


@pytest.mark.parametrize(
    "text", ["", "dias_inhabiles: []", "dias_inhabiles:\n  mañana: {nombre: a, fundamento: b}", "a: [", "otra: {}"]
)
def test_a_calendar_with_a_fault_says_where(tmp_path: Path, text: str) -> None:
    path = tmp_path / "calendario.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(CalendarRejected, match=r"calendario\.yaml"):
        load_holidays(path=path)
    assert not Holiday.objects.exists()
