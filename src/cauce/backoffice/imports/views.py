"""Importing files: choose, preview, confirm, follow, read what was found."""

from pathlib import Path
from tempfile import TemporaryDirectory

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from cauce.backoffice.imports.forms import BatchFilter, FindingFilter, UploadForm
from cauce.backoffice.imports.running import HINTS, PERMISSIONS, kinds_for
from cauce.backoffice.tasks import take_in_file
from cauce.core import clock
from cauce.core.errors import DomainError
from cauce.imports.models import ImportBatch, ImportFinding, ImportKind
from cauce.imports.operations import cancel_import, receive_file, write_report
from cauce.imports.queries import earlier_import, read_blocks, stored_path
from cauce.ui.access import screen, user_of
from cauce.ui.acts import tell
from cauce.ui.lists import Chosen, Listing, list_page, list_workbook
from cauce.ui.replies import attachment
from cauce.ui.spreadsheets import Column, Kind
from cauce.ui.wording import code_name
from cauce.users.models import User

FINDING_COLUMNS = [
    Column("Renglón", Kind.WHOLE, 10),
    Column("Gravedad", width=18),
    Column("Motivo", width=26),
    Column("Clave", width=22),
    Column("Campo", width=14),
    Column("Qué pasa y qué hacer", width=80),
    Column("Lo que dice el renglón", width=80),
]


@screen("imports.view_importbatch")
def batches(request: HttpRequest) -> HttpResponse:
    """The imports, the last first."""
    return list_page(request, _BATCHES, "backoffice/imports/batches.html")


@screen("imports.add_importbatch", methods=("GET", "POST"))
def new_import(request: HttpRequest) -> HttpResponse:
    """Receive a file and begin to try it: nothing of it enters until somebody confirms."""
    user = user_of(request)
    kinds = kinds_for(user)
    if request.method == "POST":
        form = UploadForm(request.POST, request.FILES, kinds=kinds)
        if form.is_valid():
            upload = form.cleaned_data["file"]
            try:
                with transaction.atomic():
                    received = receive_file(
                        kind=ImportKind(form.cleaned_data["kind"]),
                        file_name=upload.name,
                        blocks=upload.chunks(),
                        dry_run=True,
                        at=clock.now(),
                        by=user,
                    )
                    take_in_file.defer(batch_id=received.pk)
            except DomainError as error:
                form.add_error("file", error.message)
            else:
                return redirect("imports:batch", received.pk)
    else:
        form = UploadForm(kinds=kinds)
    choices = [(kind.value, kind.label, HINTS[kind]) for kind in kinds]
    return render(
        request,
        "backoffice/imports/new_import.html",
        {"form": form, "choices": choices, "chosen": form["kind"].value() or (kinds[0].value if kinds else "")},
        status=422 if form.errors else 200,
    )


@screen("imports.view_importbatch")
def batch(request: HttpRequest, batch_id: int) -> HttpResponse:
    """One import: its progress or its result, and its findings."""
    found = get_object_or_404(ImportBatch.objects.select_related("by"), pk=batch_id)
    user = user_of(request)
    context = {
        "batch": found,
        "codes": _codes(found),
        "earlier": earlier_import(found),
        "may_confirm": _may_import(user, found) and found.dry_run and found.state == ImportBatch.State.DONE,
        "may_cancel": _may_import(user, found)
        and found.state in (ImportBatch.State.PENDING, ImportBatch.State.RUNNING),
    }
    return list_page(request, _findings(found), "backoffice/imports/batch.html", lambda page: context)


@screen("imports.view_importbatch")
def progress(request: HttpRequest, batch_id: int) -> HttpResponse:
    """How far an import is; when it ends, the whole page is asked for again."""
    found = get_object_or_404(ImportBatch, pk=batch_id)
    response = render(request, "backoffice/imports/progress.html", {"batch": found})
    if found.state not in (ImportBatch.State.PENDING, ImportBatch.State.RUNNING):
        response.headers["HX-Refresh"] = "true"
    return response


@screen("imports.add_importbatch", methods=("POST",))
def confirm(request: HttpRequest, batch_id: int) -> HttpResponse:
    """Import for good a file that was tried."""
    user = user_of(request)
    tried = get_object_or_404(ImportBatch, pk=batch_id, dry_run=True, state=ImportBatch.State.DONE)
    _demand(user, tried)
    with transaction.atomic():
        received = receive_file(
            kind=ImportKind(tried.kind),
            file_name=tried.file_name,
            blocks=read_blocks(stored_path(tried)),
            dry_run=False,
            at=clock.now(),
            by=user,
        )
        take_in_file.defer(batch_id=received.pk)
    return redirect("imports:batch", received.pk)


@screen("imports.add_importbatch", methods=("POST",))
def cancel(request: HttpRequest, batch_id: int) -> HttpResponse:
    """Stop an import that waits or is going."""
    user = user_of(request)
    found = get_object_or_404(ImportBatch, pk=batch_id)
    _demand(user, found)

    def act() -> str:
        cancel_import(batch_id=found.pk, at=clock.now(), by=user)
        return ""

    tell(request, act, what="detener una importación")
    return redirect("imports:batch", found.pk)


@screen("imports.view_importbatch")
def findings_workbook(request: HttpRequest, batch_id: int) -> HttpResponse:
    """The findings that the filters let through, as a workbook."""
    return list_workbook(request, _findings(get_object_or_404(ImportBatch, pk=batch_id)))


@screen("imports.view_importbatch")
def findings_csv(request: HttpRequest, batch_id: int) -> HttpResponse:
    """The complete report, as the command line writes it."""
    found = get_object_or_404(ImportBatch, pk=batch_id)
    with TemporaryDirectory() as folder:
        path = Path(folder) / "hallazgos.csv"
        write_report(batch_id=found.pk, path=path)
        content = path.read_bytes()
    return attachment(content, f"hallazgos-{found.pk}.csv", "text/csv; charset=utf-8")


def _codes(found: ImportBatch) -> list[tuple[str, int]]:
    return sorted(found.by_code.items(), key=lambda item: (-item[1], item[0]))


def _batches(chosen: Chosen) -> QuerySet[ImportBatch]:
    rows = ImportBatch.objects.select_related("by")
    if chosen["clase"]:
        rows = rows.filter(kind=chosen["clase"])
    if chosen["estado"]:
        rows = rows.filter(state=chosen["estado"])
    return rows


_BATCHES = Listing(rows=_batches, order=["-created_at"], form=BatchFilter)


def _findings(found: ImportBatch) -> Listing[ImportFinding]:
    codes = [(code, f"{code_name(code)} ({count:,})") for code, count in _codes(found)]
    return Listing(
        rows=lambda chosen: _filtered(found, chosen),
        order=["line"],
        form=lambda params: FindingFilter(params, codes=codes),
        name=f"hallazgos-{found.pk}",
        columns=FINDING_COLUMNS,
        cells=_cells,
    )


def _cells(item: ImportFinding) -> tuple[object, ...]:
    name = code_name(item.code)
    return item.line, item.get_severity_display(), name, item.code, item.field, item.message, item.text


def _filtered(found: ImportBatch, chosen: Chosen) -> QuerySet[ImportFinding]:
    findings = found.findings.all()
    if chosen["gravedad"]:
        findings = findings.filter(severity=chosen["gravedad"])
    if chosen["motivo"]:
        findings = findings.filter(code=chosen["motivo"])
    if text := chosen["texto"].strip():
        findings = (
            findings.filter(line=int(text))
            if text.isdecimal() and len(text) < 8
            else findings.filter(text__icontains=text)
        )
    return findings


def _may_import(user: User, found: ImportBatch) -> bool:
    permission = PERMISSIONS.get(found.kind)
    return permission is not None and user.has_perm("imports.add_importbatch") and user.has_perm(permission)


def _demand(user: User, found: ImportBatch) -> None:
    if not _may_import(user, found):
        raise PermissionDenied
