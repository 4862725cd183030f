"""The staff's accounts, the doors and the first page."""

import re

import pytest
from allauth.mfa.totp.internal.auth import (
    TOTP,
    format_hotp_value,
    generate_totp_secret,
    hotp_value,
    yield_hotp_counters_from_time,
)
from django.test import Client
from django.urls import reverse

from cauce.imports.models import ImportBatch
from cauce.registry.models import StaffLink
from cauce.registry.operations import OwnAccount, declare_link, refuse_own_account
from cauce.users.models import User
from tests.backoffice.conftest import signed_in
from tests.backoffice.town import AT, PASSWORD, Town


def test_a_person_enters_with_name_and_password(staff: dict[str, User], client: Client) -> None:
    response = client.post(reverse("account_login"), {"login": "prueba-jefe", "password": PASSWORD})
    assert response.headers["Location"] == "/"
    assert client.get("/").context["shell"]["role"] == "Jefe de Comercialización"


def test_a_wrong_password_is_told_without_saying_whether_the_name_exists(
    staff: dict[str, User], client: Client
) -> None:
    answers = {
        re.sub(
            r'value="[^"]*"',
            "",
            client.post(reverse("account_login"), {"login": name, "password": "x"}).content.decode(),
        )
        for name in ("prueba-jefe", "nadie-asi")
    }
    assert len(answers) == 1
    assert "notice-bad" in answers.pop()


def test_a_new_person_gets_a_temporary_password_that_opens(staff: dict[str, User], client: Client) -> None:
    data = {"username": "n.rangel", "full_name": "Nora Rangel", "role": "cajero"}
    page = signed_in(staff["informatica"]).post(reverse("people:new_person"), data).content.decode()
    found = re.search(r'class="secret">([^<]+)<', page)
    assert found is not None
    assert client.login(username="n.rangel", password=found[1])


def test_a_name_that_somebody_has_is_refused(staff: dict[str, User]) -> None:
    data = {"username": "PRUEBA-JEFE", "full_name": "Otro", "role": "cajero"}
    response = signed_in(staff["informatica"]).post(reverse("people:new_person"), data)
    assert response.status_code == 422
    assert "Ese usuario ya existe" in response.content.decode()


def test_nobody_changes_their_own_role(staff: dict[str, User]) -> None:
    me = staff["informatica"]
    data = {"full_name": me.full_name, "role": "jefe", "is_active": "on"}
    response = signed_in(me).post(reverse("people:person", args=[me.pk]), data)
    assert response.status_code == 422
    assert me.groups.get().name == "informatica"


def test_who_is_given_leave_cannot_enter(staff: dict[str, User], client: Client) -> None:
    person = staff["cajero"]
    data = {"full_name": person.full_name, "role": "cajero"}
    signed_in(staff["informatica"]).post(reverse("people:person", args=[person.pk]), data)
    assert not client.login(username=person.username, password=PASSWORD)


def test_the_auditor_sees_people_and_changes_nobody(staff: dict[str, User]) -> None:
    url = reverse("people:person", args=[staff["cajero"].pk])
    auditor = signed_in(staff["auditor"])
    assert auditor.get(url).status_code == 200
    assert auditor.post(url, {"full_name": "X", "role": "jefe"}).status_code == 403


def test_permissions_are_named_in_spanish(staff: dict[str, User]) -> None:
    page = signed_in(staff["informatica"]).get(reverse("people:roles")).content.decode()
    assert "Puede ver cuentas" in page
    assert "Can " not in page


def test_the_appearance_is_remembered(staff: dict[str, User]) -> None:
    client = signed_in(staff["cuadrilla"])
    client.post(reverse("people:change_theme"), {"theme": "DARK", "next": "/"})
    assert 'data-bs-theme="dark"' in client.get("/").content.decode()


def test_the_way_back_never_leaves_the_site(staff: dict[str, User]) -> None:
    data = {"theme": "DARK", "next": "https://example.com/"}
    response = signed_in(staff["jefe"]).post(reverse("people:change_theme"), data)
    assert response.headers["Location"] == "/"


def test_the_first_page_gathers_what_waits_for_the_role(town: Town, clients: dict[str, Client]) -> None:
    page = clients["facturacion"].get("/").content.decode()
    assert "Avisos del padrón por corregir" in page
    assert "Lecturas en revisión" in page


def test_the_first_page_of_who_has_nothing_waiting_says_so(town: Town, clients: dict[str, Client]) -> None:
    assert "No le espera nada" in clients["cuadrilla"].get("/").content.decode()


def test_the_second_factor_is_asked_where_it_is_demanded(
    staff: dict[str, User], client: Client, settings: object
) -> None:
    settings.SECOND_FACTOR_REQUIRED = True  # type: ignore[attr-defined]
    secret = generate_totp_secret()
    TOTP.activate(staff["jefe"], secret)
    response = client.post(reverse("account_login"), {"login": "prueba-jefe", "password": PASSWORD})
    assert response.headers["Location"] == reverse("mfa_authenticate")
    assert "escriba las seis cifras" in client.get(reverse("mfa_authenticate")).content.decode()
    assert "notice-bad" in client.post(reverse("mfa_authenticate"), {"code": "000000"}).content.decode()
    counter = next(iter(yield_hotp_counters_from_time()))
    code = format_hotp_value(hotp_value(secret, counter))
    assert client.post(reverse("mfa_authenticate"), {"code": code}).headers["Location"] == "/"


def test_a_failed_import_waits_until_the_same_file_enters(town: Town, clients: dict[str, Client]) -> None:
    facts = {"kind": "READINGS", "file_name": "lecturas.txt", "sha256": "f" * 64, "size_bytes": 10, "created_at": AT}
    ImportBatch.objects.create(**facts, state="FAILED", by=town.staff["informatica"])
    assert "Importaciones que fallaron" in clients["informatica"].get("/").content.decode()
    ImportBatch.objects.create(**facts, state="DONE", by=town.staff["informatica"])
    assert "Importaciones que fallaron" not in clients["informatica"].get("/").content.decode()


def test_the_head_declares_a_link_and_it_bars_from_then_on(town: Town, clients: dict[str, Client]) -> None:
    member, holder = town.staff["cajero"], town.account.holder
    url = reverse("people:person_links", args=[member.pk])
    page = clients["jefe"].get(url, {"q": town.account.number}).content.decode()
    assert holder.name in page
    data = {"persona": holder.pk, "vinculo": "RELATIVE", "nota": "Tía", "q": town.account.number}
    response = clients["jefe"].post(reverse("people:declare_link", args=[member.pk]), data)
    assert response.headers["Location"] == url
    assert StaffLink.objects.in_force().filter(user=member, customer=holder, note="Tía").count() == 1
    with pytest.raises(OwnAccount):
        refuse_own_account(by=member, account_ids=[town.account.pk])
    assert "Tía" in clients["auditor"].get(reverse("people:person", args=[member.pk])).content.decode()


def test_a_link_without_a_person_or_with_a_second_self_is_refused(town: Town, clients: dict[str, Client]) -> None:
    member = town.staff["cajero"]
    url = reverse("people:declare_link", args=[member.pk])
    assert clients["jefe"].post(url, {"vinculo": "SELF", "q": "pri"}).status_code == 422
    declare_link(user=member, customer=town.account.holder, kind=StaffLink.Kind.SELF, at=AT, by=town.staff["jefe"])
    response = clients["jefe"].post(url, {"persona": town.link.customer_id, "vinculo": "SELF", "q": "prima"})
    assert response.status_code == 422
    assert "ya está en el padrón como" in response.content.decode()


def test_a_link_is_ended_by_the_head_and_never_by_its_own_person(town: Town, clients: dict[str, Client]) -> None:
    head = town.staff["jefe"]
    own = declare_link(user=head, customer=town.account.holder, kind=StaffLink.Kind.RELATIVE, at=AT, by=head)
    response = clients["jefe"].post(reverse("people:end_link", args=[own.pk]), follow=True)
    assert "Nadie termina sus propios vínculos" in response.content.decode()
    clients["jefe"].post(reverse("people:end_link", args=[town.link.pk]))
    assert set(StaffLink.objects.in_force()) == {own}


def test_the_links_of_the_staff_are_listed_with_how_many_each_one_has(town: Town, clients: dict[str, Client]) -> None:
    page = clients["jefe"].get(reverse("people:links"), {"nombre": "cajero"}).content.decode()
    assert reverse("people:person_links", args=[town.staff["cajero"].pk]) in page
    assert reverse("people:person_links", args=[town.staff["auditor"].pk]) not in page
