"""The files of the bank: received, tried, applied, and what each of their rows became."""

from decimal import Decimal
from pathlib import Path

from django.conf import settings
from django.contrib import messages
from django.db import transaction
from django.db.models import Count, QuerySet, Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from cauce.backoffice.bank.forms import FileForm
from cauce.backoffice.bank.listing import movements_of
from cauce.backoffice.tasks import take_in_file
from cauce.cashier.models import BankMovement
from cauce.cashier.queries.bank_intake import bank_layouts
from cauce.cashier.queries.bank_resolutions import waiting_by_file
from cauce.cashier.rules.bank_layout import LayoutsRejected
from cauce.core import clock
from cauce.core.errors import DomainError
from cauce.core.money import ZERO
from cauce.imports.models import ImportBatch, ImportKind
from cauce.imports.operations import cancel_import, receive_file
from cauce.imports.queries import earlier_import, read_blocks, stored_path
from cauce.ui.access import screen, user_of
from cauce.ui.acts import tell
from cauce.ui.lists import Listing, list_page, list_workbook
from cauce.ui.paging import Page

SEE = "cashier.view_bankmovement"
IMPORT = "cashier.import_bank"
_GOING = (ImportBatch.State.PENDING, ImportBatch.State.RUNNING)


@screen(SEE)
def home(request: HttpRequest) -> HttpResponse:
    """The files, the last first, each with what of it still waits."""
    files = Listing(rows=lambda chosen: _files().select_related("by"), order=["-created_at"])

    def more(page: Page[ImportBatch]) -> dict[str, object]:
        waiting = waiting_by_file([batch.pk for batch in page.rows])
        return {
            "files": [(batch, waiting.get(batch.pk, 0)) for batch in page.rows],
            "waiting": BankMovement.objects.unresolved().count(),
        }

    return list_page(request, files, "backoffice/bank/home.html", more)


@screen(IMPORT, methods=("GET", "POST"))
def new_file(request: HttpRequest) -> HttpResponse:
    """Receive a file and begin to try it: nothing of it is applied until somebody confirms."""
    form = FileForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        upload = form.cleaned_data["file"]
        try:
            with transaction.atomic():
                received = receive_file(
                    kind=ImportKind.BANK,
                    file_name=upload.name,
                    blocks=upload.chunks(),
                    dry_run=True,
                    at=clock.now(),
                    by=user_of(request),
                )
                take_in_file.defer(batch_id=received.pk)
        except DomainError as error:
            form.add_error("file", error.message)
        else:
            return redirect("bank:file", received.pk)
    context = {"form": form, **_layouts()}
    return render(request, "backoffice/bank/new_file.html", context, status=422 if form.errors else 200)


@screen(SEE)
def file(request: HttpRequest, file_id: int) -> HttpResponse:
    """One file: its progress or its result, and its rows or, in a trial, what was found in them."""
    batch = get_object_or_404(_files().select_related("by"), pk=file_id)
    user = user_of(request)
    context = {
        "batch": batch,
        "codes": sorted(batch.by_code.items(), key=lambda item: (-item[1], item[0])),
        "totals": _totals(batch),
        "known": batch.rows - batch.bank_movements.count() if batch.state == ImportBatch.State.DONE else 0,
        "findings": batch.findings.in_file_order()[:200] if batch.dry_run else (),
        "earlier": earlier_import(batch),
        "applied_total": Decimal(str(batch.extra.get("applied_total", "0"))),
        "unidentified_total": Decimal(str(batch.extra.get("unidentified_total", "0"))),
        "may_confirm": user.has_perm(IMPORT) and batch.dry_run and batch.state == ImportBatch.State.DONE,
        "may_cancel": user.has_perm(IMPORT) and batch.state in _GOING,
    }
    return list_page(request, movements_of(batch), "backoffice/bank/file.html", lambda page: context)


@screen(SEE)
def progress(request: HttpRequest, file_id: int) -> HttpResponse:
    """How far a file is; when it ends, the whole page is asked for again."""
    batch = get_object_or_404(_files(), pk=file_id)
    response = render(request, "backoffice/bank/progress.html", {"batch": batch})
    if batch.state not in _GOING:
        response.headers["HX-Refresh"] = "true"
    return response


@screen(IMPORT, methods=("POST",))
def confirm(request: HttpRequest, file_id: int) -> HttpResponse:
    """Apply for good a file that was tried."""
    tried = get_object_or_404(_files(), pk=file_id, dry_run=True, state=ImportBatch.State.DONE)
    if not tried.stored_as or not Path(stored_path(tried)).is_file():
        messages.error(request, "El archivo ya no está guardado; súbalo de nuevo.")
        return redirect("bank:new_file")
    with transaction.atomic():
        received = receive_file(
            kind=ImportKind.BANK,
            file_name=tried.file_name,
            blocks=read_blocks(stored_path(tried)),
            dry_run=False,
            at=clock.now(),
            by=user_of(request),
        )
        take_in_file.defer(batch_id=received.pk)
    return redirect("bank:file", received.pk)


@screen(IMPORT, methods=("POST",))
def cancel(request: HttpRequest, file_id: int) -> HttpResponse:
    """Stop a file that waits or is going; what was applied stays."""
    batch = get_object_or_404(_files(), pk=file_id)

    def act() -> str:
        cancel_import(batch_id=batch.pk, at=clock.now(), by=user_of(request))
        return ""

    tell(request, act, what="detener un archivo del banco")
    return redirect("bank:file", batch.pk)


@screen(SEE)
def file_workbook(request: HttpRequest, file_id: int) -> HttpResponse:
    """The rows that the filters let through, as a workbook."""
    return list_workbook(request, movements_of(get_object_or_404(_files(), pk=file_id)))


@screen(SEE)
def layouts(request: HttpRequest) -> HttpResponse:
    """How the file of each bank and store is told and read."""
    return render(request, "backoffice/bank/layouts.html", {**_layouts(), "folder": Path(settings.BANKS_DIR).name})


def _files() -> QuerySet[ImportBatch]:
    return ImportBatch.objects.filter(kind=ImportKind.BANK)


def _layouts() -> dict[str, object]:
    try:
        return {"layouts": bank_layouts(), "fault": ""}
    except LayoutsRejected as error:
        return {"layouts": (), "fault": error.message}


def _totals(batch: ImportBatch) -> dict[str, tuple[int, Decimal]]:
    """Rows and pesos of each outcome of what the file brought new."""
    counted = batch.bank_movements.values_list("outcome").annotate(rows=Count("pk"), pesos=Sum("amount"))
    return {outcome: (rows, pesos or ZERO) for outcome, rows, pesos in counted}
