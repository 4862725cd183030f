from datetime import UTC, date, datetime
from pathlib import Path
from threading import Thread

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.test import override_settings
from pytest_django import DjangoAssertNumQueries

from cauce.documents.models import Document, FolioSeries, StoredFile
from cauce.documents.operations import (
    FileTooLarge,
    UnknownFileType,
    create_document,
    create_documents_in_bulk,
    reserve_folios,
    store_file,
)
from cauce.documents.queries import (
    DamagedFile,
    file_content,
    is_verification_token,
    issuer,
    stored_path,
    verification_token,
)
from cauce.users.models import User

AT = datetime(2026, 11, 24, 15, 0, tzinfo=UTC)
DAY = date(2026, 11, 24)
PDF = b"%PDF-1.7 small"


@pytest.fixture
def clerk(db: None) -> User:
    return User.objects.create(username="ana", full_name="Ana Ruiz")


@pytest.fixture
def media(tmp_path: Path) -> Path:
    with override_settings(MEDIA_ROOT=tmp_path):
        yield tmp_path


@pytest.mark.django_db
def test_a_block_of_folios_starts_where_the_last_one_ended() -> None:
    assert reserve_folios(series="T", count=10, name="Prueba") == 1
    assert reserve_folios(series="T", count=1) == 11
    assert reserve_folios(series="T", count=5) == 12
    series = FolioSeries.objects.get(code="T")
    assert (series.next_number, series.name) == (17, "Prueba")


@pytest.mark.django_db
def test_a_block_of_no_folios_is_refused() -> None:
    with pytest.raises(ValueError, match="at least one folio"):
        reserve_folios(series="T", count=0)


@pytest.mark.django_db
def test_folios_of_what_was_rolled_back_are_given_again() -> None:
    reserve_folios(series="T", count=3)
    with pytest.raises(RuntimeError), transaction.atomic():
        reserve_folios(series="T", count=100)
        raise RuntimeError
    assert reserve_folios(series="T", count=1) == 4


@pytest.mark.commits
def test_folios_taken_at_once_are_never_shared() -> None:
    taken: list[int] = []

    def take() -> None:
        taken.extend(reserve_folios(series="T", count=1) for _ in range(20))
        connection.close()

    threads = [Thread(target=take) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(taken) == list(range(1, 81))


def test_a_document_takes_the_next_folio_of_its_series(clerk: User) -> None:
    first = create_document(kind=Document.Kind.BILL, series="T", issued_on=DAY, at=AT, by=clerk)
    second = create_document(kind=Document.Kind.BILL, series="T", issued_on=DAY, at=AT, by=clerk)
    assert (first.folio, second.folio) == ("T-000001", "T-000002")


def test_documents_in_bulk_follow_one_another_in_a_fixed_number_of_statements(
    clerk: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    days = [DAY, date(2026, 11, 25), DAY] * 200
    # Two savepoints opened and released, the block of folios, the block of ids; COPY goes uncounted.
    with django_assert_num_queries(6):
        ids = create_documents_in_bulk(kind=Document.Kind.BILL, series="T", issued_on=days, at=AT, by=clerk)
    stored = list(Document.objects.filter(pk__in=ids).order_by("number"))
    assert [document.pk for document in stored] == ids
    assert [document.number for document in stored] == list(range(1, 601))
    assert [document.issued_on for document in stored] == days
    assert {(document.kind, document.by_id, document.created_at) for document in stored} == {("BILL", clerk.pk, AT)}


def test_documents_in_bulk_take_a_block_reserved_before(clerk: User) -> None:
    first = reserve_folios(series="T", count=3)
    create_documents_in_bulk(
        kind=Document.Kind.BILL, series="T", issued_on=[DAY] * 3, first_number=first, at=AT, by=clerk
    )
    assert reserve_folios(series="T", count=1) == 4
    assert Document.objects.filter(series="T").count() == 3


def test_no_documents_in_bulk_take_no_folio(clerk: User) -> None:
    assert create_documents_in_bulk(kind=Document.Kind.BILL, series="T", issued_on=[], at=AT, by=clerk) == []
    assert not FolioSeries.objects.filter(code="T").exists()


def test_the_database_refuses_a_folio_twice_and_any_change(clerk: User) -> None:
    document = create_document(kind=Document.Kind.BILL, series="T", issued_on=DAY, at=AT, by=clerk)
    with pytest.raises(IntegrityError, match="document_folio_unique"), transaction.atomic():
        create_documents_in_bulk(kind=Document.Kind.BILL, series="T", issued_on=[DAY], first_number=1, at=AT, by=clerk)
    with pytest.raises(DatabaseError), transaction.atomic():
        Document.objects.filter(pk=document.pk).update(number=9)
    with pytest.raises(DatabaseError), transaction.atomic():
        document.delete()


def test_a_file_is_kept_by_its_content_once(clerk: User, media: Path) -> None:
    first = store_file(name="predial.pdf", content=PDF, at=AT, by=clerk)
    again = store_file(name="otro nombre.pdf", content=PDF, at=AT, by=clerk)
    assert again == first
    assert StoredFile.objects.count() == 1
    assert file_content(first) == PDF
    assert (first.content_type, first.size_bytes) == ("application/pdf", len(PDF))
    assert [path for path in media.rglob("*") if path.is_file()] == [stored_path(first)]
    assert stored_path(first).stat().st_mode & 0o077 == 0


def test_a_file_that_went_missing_is_put_back_by_storing_it_again(clerk: User, media: Path) -> None:
    stored = store_file(name="predial.pdf", content=PDF, at=AT, by=clerk)
    stored_path(stored).unlink()
    with pytest.raises(DamagedFile, match="respaldo"):
        file_content(stored)
    store_file(name="predial.pdf", content=PDF, at=AT, by=clerk)
    assert file_content(stored) == PDF


def test_a_file_that_was_altered_is_not_given(clerk: User, media: Path) -> None:
    stored = store_file(name="predial.pdf", content=PDF, at=AT, by=clerk)
    stored_path(stored).write_bytes(b"%PDF-1.7 other")
    with pytest.raises(DamagedFile):
        file_content(stored)


@pytest.mark.parametrize("content", [b"MZ program", b"<html>", b"PK\x03\x04 spreadsheet", b" %PDF-1.7"])
def test_a_file_of_another_type_is_refused_whatever_its_name(clerk: User, media: Path, content: bytes) -> None:
    with pytest.raises(UnknownFileType, match="no es un PDF"):
        store_file(name="foto.pdf", content=content, at=AT, by=clerk)
    assert not list(media.iterdir())


def test_a_file_that_is_empty_or_too_large_is_refused(clerk: User, media: Path) -> None:
    for content in (b"", PDF + b"x" * (15 * 1024 * 1024)):
        with pytest.raises(FileTooLarge, match="15 MB"):
            store_file(name="predial.pdf", content=content, at=AT, by=clerk)


def test_the_token_of_a_document_is_its_own() -> None:
    document = Document(series="T", number=7, issued_on=DAY)
    token = verification_token(series="T", number=7, issued_on=DAY)
    assert len(token) == 64
    assert token == verification_token(series="T", number=7, issued_on=DAY)
    assert is_verification_token(token, document=document)
    assert not is_verification_token(token, document=Document(series="T", number=8, issued_on=DAY))
    assert not is_verification_token("", document=document)


def test_a_token_outlives_the_secret_it_was_printed_under() -> None:
    document = Document(series="T", number=7, issued_on=DAY)
    with override_settings(SECRET_KEY="old"):
        token = verification_token(series="T", number=7, issued_on=DAY)
    assert not is_verification_token(token, document=document)
    with override_settings(SECRET_KEY_FALLBACKS=["old"]):
        assert is_verification_token(token, document=document)


def test_the_deployment_says_who_issues_and_whether_its_figures_are_official() -> None:
    with override_settings(UTILITY={"name": "A", "legal_name": "B", "address": "C", "place": "D", "legends": ()}):
        assert issuer(is_official=True).mark is None
        assert issuer(is_official=False).mark == "DEMOSTRACIÓN, NO OFICIAL"
        assert issuer(is_official=True).name == "A"
