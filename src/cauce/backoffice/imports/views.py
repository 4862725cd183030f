"""Importing files: choose, preview, confirm, follow, read what was found."""

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import cast

from django.contrib import messages
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
from cauce.ui.access import screen
from cauce.ui.paging import page_of
from cauce.ui.replies import attachment
from cauce.ui.spreadsheets import Column, Kind, workbook
from cauce.ui.wording import code_name
from cauce.users.models import User


@screen("imports.view_importbatch")
def batches(request: HttpRequest) -> HttpResponse:
    """The imports, the last first."""
    rows = ImportBatch.objects.select_related("by")
    form = BatchFilter(request.GET)
    if form.is_valid():
        if kind := form.cleaned_data["clase"]:
            rows = rows.filter(kind=kind)
        if state := form.cleaned_data["estado"]:
            rows = rows.filter(state=state)
    page = page_of(rows, order=["-created_at"], params=request.GET)
    return render(request, "backoffice/imports/batches.html", {"page": page, "form": form})


@screen("imports.add_importbatch", methods=("GET", "POST"))
def new_import(request: HttpRequest) -> HttpResponse:
    """Receive a file and begin to try it: nothing of it enters until somebody confirms."""
    user = cast(User, request.user)
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
    codes = [(code, f"{code_name(code)} ({count:,})") for code, count in _codes(found)]
    form = FindingFilter(request.GET, codes=codes)
    findings = _filtered(found, form)
    page = page_of(findings, order=["line"], params=request.GET)
    user = cast(User, request.user)
    context = {
        "batch": found,
        "form": form,
        "page": page,
        "codes": _codes(found),
        "earlier": earlier_import(found),
        "may_confirm": _may_import(user, found) and found.dry_run and found.state == ImportBatch.State.DONE,
        "may_cancel": _may_import(user, found)
        and found.state in (ImportBatch.State.PENDING, ImportBatch.State.RUNNING),
    }
    return render(request, "backoffice/imports/batch.html", context)


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
    user = cast(User, request.user)
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
    user = cast(User, request.user)
    found = get_object_or_404(ImportBatch, pk=batch_id)
    _demand(user, found)
    try:
        cancel_import(batch_id=found.pk, at=clock.now(), by=user)
    except DomainError as error:
        messages.error(request, error.message)
    return redirect("imports:batch", found.pk)


@screen("imports.view_importbatch")
def findings_workbook(request: HttpRequest, batch_id: int) -> HttpResponse:
    """The findings that the filters let through, as a workbook."""
    found = get_object_or_404(ImportBatch, pk=batch_id)
    form = FindingFilter(request.GET, codes=[(code, code) for code, _ in _codes(found)])
    columns = [
        Column("Renglón", Kind.WHOLE, 10),
        Column("Gravedad", width=18),
        Column("Motivo", width=26),
        Column("Clave", width=22),
        Column("Campo", width=14),
        Column("Qué pasa y qué hacer", width=80),
        Column("Lo que dice el renglón", width=80),
    ]
    rows = (
        (item.line, item.get_severity_display(), code_name(item.code), item.code, item.field, item.message, item.text)
        for item in _filtered(found, form).order_by("line", "id").iterator(chunk_size=2000)
    )
    return workbook(f"hallazgos-{found.pk}", columns, rows)


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


def _filtered(found: ImportBatch, form: FindingFilter) -> QuerySet[ImportFinding]:
    findings = found.findings.all()
    if not form.is_valid():
        return findings
    if severity := form.cleaned_data["gravedad"]:
        findings = findings.filter(severity=severity)
    if code := form.cleaned_data["motivo"]:
        findings = findings.filter(code=code)
    if text := form.cleaned_data["texto"].strip():
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
