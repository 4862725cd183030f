"""A paper waits for the signature of a post: signed by another person, returned with a note, or withdrawn."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from cauce.documents.models import SignatureRequest, StoredFile
from cauce.documents.operations import (
    SignatureRefused,
    request_signature,
    return_document,
    sign_documents,
    store_file,
    withdraw_signature_request,
)
from cauce.documents.pages import UnreadablePaper, count_pages, page_picture
from cauce.documents.queries import DamagedFile, signature_requests_of, stored_path, waiting_for_signature
from cauce.events.models import Event
from cauce.users.models import User
from cauce.users.operations import declare_substitution, open_staff_account

NOON = datetime(2026, 10, 15, 18, tzinfo=UTC)
TODAY = date(2026, 10, 15)
pytestmark = pytest.mark.django_db


def person(role: str, name: str) -> User:
    return open_staff_account(username=name.lower(), full_name=name, role=role, password="una frase larga")


@pytest.fixture
def coordinator(db: None) -> User:
    return person("coordinador", "Coordinadora")


@pytest.fixture
def head(db: None) -> User:
    return person("jefe", "Jefa")


@pytest.fixture
def file(coordinator: User) -> StoredFile:
    return store_file(name="respuesta.pdf", content=b"%PDF-1.7 respuesta", at=NOON, by=coordinator)


def asked(file: StoredFile, by: User, key: str = "k", **given: object) -> SignatureRequest:
    facts = {"kind": "Respuesta por escrito", "title": f"Respuesta {key}", "subject_kind": "WrittenAnswer"}
    return request_signature(**facts, subject_id=7, file=file, role="jefe", at=NOON, by=by, key=key, **given)


def test_what_is_asked_waits_for_the_post_and_not_for_who_asked(file: StoredFile, coordinator: User, head: User):
    request = asked(file, coordinator)
    assert asked(file, coordinator) == request
    assert list(waiting_for_signature(head, TODAY)) == [request]
    assert not waiting_for_signature(coordinator, TODAY).exists()
    assert not waiting_for_signature(person("director", "Director"), TODAY).exists()
    assert list(signature_requests_of("WrittenAnswer", 7)) == [request]
    assert Event.objects.get(kind="SIGNATURE_REQUESTED").sentence == (
        "Se pidió la firma de Jefe de Comercialización: Respuesta k"
    )


def test_many_are_signed_at_once_each_by_its_file(file: StoredFile, coordinator: User, head: User):
    requests = [asked(file, coordinator, key) for key in "abc"]
    signed = sign_documents(requests=requests, at=NOON, by=head)
    assert {one.state for one in signed} == {SignatureRequest.State.SIGNED}
    assert sign_documents(requests=requests, at=NOON, by=head) == signed
    events = Event.objects.filter(kind="DOCUMENT_SIGNED")
    assert [event.facts["sha256"] for event in events] == [file.sha256] * 3
    assert not waiting_for_signature(head, TODAY).exists()


def test_one_that_cannot_be_signed_leaves_all_unsigned(file: StoredFile, coordinator: User, head: User):
    one, other = asked(file, coordinator, "a"), asked(file, coordinator, "b")
    withdraw_signature_request(request=other, at=NOON, by=coordinator)
    with pytest.raises(SignatureRefused, match="«Respuesta b» ya está retirado"):
        sign_documents(requests=[one, other], at=NOON, by=head)
    one.refresh_from_db()
    assert one.state == SignatureRequest.State.WAITING


def test_nobody_signs_what_they_asked_for(file: StoredFile, head: User):
    request = asked(file, head)
    with pytest.raises(SignatureRefused, match="nadie firma lo que pidió"):
        sign_documents(requests=[request], at=NOON, by=head)
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "UPDATE documents_signaturerequest SET state = 'SIGNED', decided_by_id = asked_by_id, decided_at = now()"
        )


def test_only_the_post_signs_and_who_substitutes_it(file: StoredFile, coordinator: User, head: User):
    request = asked(file, coordinator)
    director = person("director", "Director")
    with pytest.raises(SignatureRefused, match="lo firma el puesto de Jefe de Comercialización"):
        sign_documents(requests=[request], at=NOON, by=director)
    declare_substitution(
        absent=head,
        substitute=director,
        role="jefe",
        document_number="OF-1/2026",
        reason="Vacaciones",
        valid_from=TODAY,
        valid_until=TODAY + timedelta(days=3),
        at=NOON,
        by=person("jefe", "Otra"),
    )
    assert sign_documents(requests=[request], at=NOON, by=director)[0].decided_by == director


def test_a_file_that_was_changed_is_not_signed(coordinator: User, head: User):
    # Of its own: files are found by their content, and another test at the same moment would put this one back.
    file = store_file(name="otra.pdf", content=b"%PDF-1.7 la que se cambia", at=NOON, by=coordinator)
    request = asked(file, coordinator)
    stored_path(file).write_bytes(b"%PDF-1.7 otra cosa")
    with pytest.raises(DamagedFile):
        sign_documents(requests=[request], at=NOON, by=head)
    stored_path(file).unlink()


def test_what_is_returned_says_why(file: StoredFile, coordinator: User, head: User):
    request = asked(file, coordinator)
    with pytest.raises(SignatureRefused, match="por qué se devuelve"):
        return_document(request=request, note=" ", at=NOON, by=head)
    returned = return_document(request=request, note="Falta el folio", at=NOON, by=head)
    assert (returned.state, returned.note) == (SignatureRequest.State.RETURNED, "Falta el folio")
    assert return_document(request=request, note="Otra", at=NOON, by=head).note == "Falta el folio"
    with pytest.raises(SignatureRefused, match="ya está devuelto por Jefa"):
        sign_documents(requests=[request], at=NOON, by=head)
    with pytest.raises(SignatureRefused, match="ya no espera firma"):
        withdraw_signature_request(request=request, at=NOON, by=coordinator)


def test_nothing_marked_is_nothing_signed(head: User):
    with pytest.raises(SignatureRefused, match="Marque"):
        sign_documents(requests=[], at=NOON, by=head)


def test_a_key_is_of_one_file(file: StoredFile, coordinator: User):
    asked(file, coordinator)
    other = store_file(name="otra.pdf", content=b"%PDF-1.7 otra", at=NOON, by=coordinator)
    with pytest.raises(SignatureRefused, match="otro archivo"):
        asked(other, coordinator)


def test_what_is_not_a_pdf_is_not_drawn():
    with pytest.raises(UnreadablePaper):
        count_pages(b"%PDF-1.7 nada")
    with pytest.raises(UnreadablePaper):
        page_picture(b"", 1)
