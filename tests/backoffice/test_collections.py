"""The screens of collection: from a selection to notices, what came of them, and the papers of legal acts."""

import pytest
from django.test import Client
from django.urls import reverse

from cauce.collections.models import CollectionBatch, LadderAct, LadderStep, LegalRecord, NotifierCredential
from cauce.collections.operations import issue_batch_chunk, prepare_batch
from cauce.collections.rules import Filters
from cauce.core import clock
from tests.backoffice.collections_town import CollectionsTown, collections_town, load_the_ladder
from tests.backoffice.town import Town


@pytest.fixture
def made(town: Town) -> CollectionsTown:
    return collections_town(town)


def test_a_batch_goes_from_the_selection_to_its_notices(
    town: Town, clients: dict[str, Client], django_capture_on_commit_callbacks: object
) -> None:
    load_the_ladder(town)
    coordinator, head = clients["coordinador"], clients["jefe"]
    page = coordinator.get(reverse("collections:new_batch"))
    key = page.context["form"].initial["llave"]
    asked = {"llave": key, "step": "AVISO", "day": clock.today(), "capacity": 4, "min_debt": "150"}
    response = coordinator.post(reverse("collections:new_batch"), asked)
    batch = CollectionBatch.objects.get()
    assert response.headers["Location"] == reverse("collections:batch", args=[batch.pk])
    shown = coordinator.get(reverse("collections:batch", args=[batch.pk])).content.decode()
    assert "la aprueba el Jefe de Comercialización" in shown
    coordinator.post(reverse("collections:approve", args=[batch.pk]))
    batch.refresh_from_db()
    assert batch.state == "PREVIEWED"
    head.post(reverse("collections:approve", args=[batch.pk]))
    coordinator.post(reverse("collections:issue", args=[batch.pk]))
    while issue_batch_chunk(batch=batch, at=clock.now(), by=town.staff["coordinador"]):
        pass
    batch.refresh_from_db()
    assert batch.state == "ISSUED" and batch.accounts > 0
    coordinator.post(reverse("collections:print_papers", args=[batch.pk]))
    printed = coordinator.get(reverse("collections:notices_pdf", args=[batch.pk]))
    assert printed.content.startswith(b"%PDF")


def test_an_account_in_hold_is_out_with_its_reason(made: CollectionsTown, clients: dict[str, Client]) -> None:
    page = clients["jefe"].get(reverse("collections:batch", args=[made.batch.pk]), {"ver": "fuera"})
    assert "Tiene una retención: inconformidad." in page.content.decode()


def test_a_selection_that_finds_nobody_keeps_what_was_written(town: Town, clients: dict[str, Client]) -> None:
    load_the_ladder(town)
    asked = {"llave": "k" * 20, "step": "AVISO", "day": clock.today(), "min_debt": "999999"}
    response = clients["coordinador"].post(reverse("collections:new_batch"), asked)
    assert response.status_code == 422
    assert "Ninguna cuenta de la cartera" in response.content.decode()
    assert "999999" in response.content.decode()


def test_who_prepares_discards_and_who_approves_does_not_approve(town: Town, clients: dict[str, Client]) -> None:
    load_the_ladder(town)
    for number, (role, other, name) in enumerate(
        (("coordinador", "jefe", "discard"), ("jefe", "coordinador", "reject"))
    ):
        batch = prepare_batch(
            step=LadderStep.objects.get(pk="AVISO"), filters=Filters(), day=clock.today(), capacity=3,
            at=clock.now(), by=town.staff["coordinador"], key=f"relacion/{number}",
        )  # fmt: skip
        url, page = reverse(f"collections:{name}", args=[batch.pk]), reverse("collections:batch", args=[batch.pk])
        assert url in clients[role].get(page).content.decode()
        assert clients[other].post(url, {"reason": "No es mío"}).status_code == 403
        assert clients["auditor"].post(url, {"reason": "No es mío"}).status_code == 403
        clients[role].post(url, {"reason": ""})
        batch.refresh_from_db()
        assert batch.state == "PREVIEWED"
        clients[role].post(url, {"reason": "Se repite el lunes"})
        batch.refresh_from_db()
        assert (batch.state, batch.note) == ("DISCARDED", "Se repite el lunes")


def test_the_code_of_a_notice_finds_its_account_in_the_search(
    made: CollectionsTown, clients: dict[str, Client]
) -> None:
    assert made.act.document is not None
    for folio in (made.act.document.folio, made.act.document.folio.lower()):
        response = clients["coordinador"].get(reverse("window:search"), {"q": folio})
        assert response.headers["Location"] == reverse("window:account", args=[made.act.account_id])


def test_folios_are_read_one_after_another(made: CollectionsTown, clients: dict[str, Client]) -> None:
    assert made.act.document is not None
    asked = {"outcome": "VACANT", "on": clock.today(), "folio": made.act.document.folio, "note": ""}
    response = clients["cuadrilla"].post(reverse("collections:capture"), asked)
    assert response.status_code == 302
    again = clients["cuadrilla"].get(response.headers["Location"])
    assert again.context["form"].initial["outcome"] == "VACANT"
    made.act.refresh_from_db()
    assert made.act.outcome == "VACANT"


def test_a_folio_that_is_not_there_is_told(made: CollectionsTown, clients: dict[str, Client]) -> None:
    asked = {"outcome": "DELIVERED", "on": clock.today(), "folio": "AV-999999", "note": ""}
    response = clients["coordinador"].post(reverse("collections:capture"), asked)
    assert response.status_code == 422
    assert "No hay ningún aviso con el folio «AV-999999»" in response.content.decode()


def test_the_walk_shows_one_door_after_another(made: CollectionsTown, clients: dict[str, Client]) -> None:
    url = reverse("collections:walk", args=[made.batch.pk])
    first = clients["tecnico"].get(url).context["act"]
    clients["tecnico"].post(url, {"act": first.pk, "outcome": "DELIVERED", "note": "Recibió el dueño"})
    first.refresh_from_db()
    assert first.state == "DELIVERED"
    following = clients["tecnico"].get(url).context["act"]
    assert following is None or following.place > first.place


def test_the_account_tells_where_it_stands(made: CollectionsTown, clients: dict[str, Client]) -> None:
    page = clients["coordinador"].get(reverse("collections:account", args=[made.act.account_id])).content.decode()
    assert "falta saber su resultado" in page
    assert "Requerimiento de pago" in page


def test_the_ladder_is_changed_on_a_screen(made: CollectionsTown, clients: dict[str, Client]) -> None:
    url = reverse("collections:step", args=["AVISO"])
    form = clients["jefe"].get(url).context["form"]
    asked = {name: value for name, value in form.initial.items() if value not in (None, "", [])}
    response = clients["jefe"].post(url, asked | {"name": "Aviso de pago", "is_active": "on"})
    assert response.status_code == 302
    assert LadderStep.objects.get(pk="AVISO").name == "Aviso de pago"
    wrong = clients["jefe"].post(url, asked | {"min_days": "9", "max_days": "3"})
    assert "El plazo máximo no puede ser menor que el mínimo" in wrong.content.decode()


def test_a_visit_without_account_is_issued_filled_and_followed(
    made: CollectionsTown, clients: dict[str, Client]
) -> None:
    coordinator = clients["coordinador"]
    url = reverse("collections:record", args=[made.record.pk])
    when = clock.now().astimezone().strftime("%Y-%m-%dT%H:%M")
    empty = coordinator.post(url, {"happened_at": when})
    assert "Falta «Objeto de la visita»" in empty.content.decode()
    coordinator.post(url, {"happened_at": when, "dato_0": "Verificar la toma"})
    made.record.refresh_from_db()
    assert made.record.fields == {"Objeto de la visita": "Verificar la toma"}
    new = f"{reverse('collections:new_record')}?clase=VISIT_ACT&sigue={made.record.pk}"
    form = coordinator.get(new).context["form"]
    asked = {name: value for name, value in form.initial.items() if value}
    coordinator.post(new, asked | {"legal_basis": "Código Territorial, artículo 336"})
    acta = LegalRecord.objects.get(kind="VISIT_ACT")
    assert acta.follows_id == made.record.pk and acta.account_id is None
    assert coordinator.get(reverse("collections:record_pdf", args=[acta.pk])).content.startswith(b"%PDF")


def test_a_credential_is_issued_and_withdrawn_by_the_head(
    town: Town, made: CollectionsTown, clients: dict[str, Client]
) -> None:
    head = clients["jefe"]
    asked = {
        "user": town.staff["jefe"].pk, "position": "Notificador", "authority": "Director General", "legal_basis": "x",
        "valid_from": clock.today(), "valid_until": clock.today(),
    }  # fmt: skip
    assert (
        "Nadie expide su propia constancia" in head.post(reverse("collections:new_credential"), asked).content.decode()
    )
    head.post(reverse("collections:revoke", args=[made.credential.pk]), {"reason": "Cambió de puesto"})
    assert NotifierCredential.objects.get(pk=made.credential.pk).revoked_on == clock.today()


@pytest.mark.parametrize("name", ["batches_workbook", "effect_workbook", "records_workbook"])
def test_lists_are_taken_as_workbooks(name: str, made: CollectionsTown, clients: dict[str, Client]) -> None:
    assert clients["jefe"].get(reverse(f"collections:{name}")).content.startswith(b"PK")


def test_the_workbook_of_a_batch_has_its_texts(made: CollectionsTown, clients: dict[str, Client]) -> None:
    response = clients["jefe"].get(reverse("collections:batch_workbook", args=[made.batch.pk]))
    assert response.content.startswith(b"PK")


def test_what_the_notices_brought_is_told(made: CollectionsTown, clients: dict[str, Client]) -> None:
    page = clients["director"].get(reverse("collections:effect"))
    (row, _), *_ = page.context["rows"]
    assert row.issued == LadderAct.objects.filter(batch=made.batch, state="ISSUED").count()
