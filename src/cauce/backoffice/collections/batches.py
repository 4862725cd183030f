"""Batches: their list, making one, its page with what goes and what does not, and what can be done with it."""

from collections.abc import Callable
from typing import Any

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render

from cauce.backoffice.collections.forms import BatchFilter, NewBatchForm, ReasonForm, SentForm
from cauce.backoffice.collections.shapes import APPROVE, BUILD, CAPTURE, SEE, act_mark, batch_mark
from cauce.collections.models import CollectionBatch, LadderAct, LadderStep
from cauce.collections.operations import (
    approve_batch,
    discard_batch,
    exclude_act,
    mark_batch_sent,
    prepare_batch,
    start_issuing_batch,
)
from cauce.collections.queries.batches import acts_by_state, batches, effects, reasons_out
from cauce.collections.queries.notices import (
    ON_PAPER,
    batch_pdf_path,
    issuer_on,
    notice_sheet,
    print_notices,
    route_sheet,
    text_of_act,
)
from cauce.collections.rules.ladder import days_of
from cauce.core import clock
from cauce.core.clock import local_day
from cauce.core.es_mx import count_of
from cauce.documents.printing import report_paper, slip_paper
from cauce.ui.access import screen, user_of
from cauce.ui.acts import Done, done, tell
from cauce.ui.fields import new_key
from cauce.ui.lists import Chosen, Listing, list_page, list_workbook
from cauce.ui.paging import page_of
from cauce.ui.replies import pdf
from cauce.ui.spreadsheets import Column, Kind, workbook

MESSAGES = frozenset({LadderStep.Channel.EMAIL, LadderStep.Channel.TEXT})
PRINTED_AT_ONCE = 200
EFFECT_DAYS = 15
TABS = {
    "": ("Van", ("SELECTED", "AUTHORISED", "ISSUED", "DELIVERED", "NOT_DELIVERED", "DONE", "NOT_DONE", "RECALLED")),
    "fuera": ("No van", ("EXCLUDED", "DISCARDED")),
    "pendientes": ("Por capturar", ("ISSUED",)),
}


def _rows(chosen: Chosen) -> QuerySet[CollectionBatch]:
    rows = batches()
    if chosen["estado"]:
        rows = rows.filter(state=chosen["estado"])
    if chosen["peldano"]:
        rows = rows.filter(step=chosen["peldano"])
    return rows


_BATCHES = Listing(
    rows=_rows,
    order=["-made_at"],
    form=BatchFilter,
    name="relaciones-de-cobranza",
    columns=(
        Column("Folio"), Column("Acción", width=32), Column("Estado"), Column("Cartera al", Kind.DATE),
        Column("Cuentas", Kind.WHOLE), Column("Adeudo vencido", Kind.MONEY, 18), Column("Costo", Kind.MONEY),
        Column("Preparó", width=28), Column("Preparada", Kind.MOMENT, 20), Column("Aprobó", width=28),
        Column("Emitida", Kind.MOMENT, 20), Column("Nota", width=40),
    ),
    cells=lambda batch: (
        batch.document.folio, batch.step.name, batch_mark(batch)[0], batch.day, batch.accounts, batch.debt, batch.cost,
        str(batch.made_by), batch.made_at, "" if batch.approved_by is None else str(batch.approved_by), batch.issued_at,
        batch.note,
    ),
)  # fmt: skip


@screen(SEE)
def batches_page(request: HttpRequest) -> HttpResponse:
    """Every batch, the last first."""
    return list_page(
        request,
        _BATCHES,
        "backoffice/collections/batches.html",
        lambda page: {"rows": [(batch, batch_mark(batch)) for batch in page.rows]},
    )


@screen(SEE)
def batches_workbook(request: HttpRequest) -> HttpResponse:
    """The same list, whole."""
    return list_workbook(request, _BATCHES)


@screen(BUILD, methods=("GET", "POST"))
def new_batch(request: HttpRequest) -> HttpResponse:
    """Choose an action and whom it is for; what comes is the preview."""
    start: dict[str, Any] = {"llave": new_key(), "day": clock.today(), "step": request.GET.get("peldano", "")}
    form = NewBatchForm(request.POST) if request.method == "POST" else NewBatchForm(initial=start)

    def act() -> Done:
        said = form.cleaned_data
        batch = prepare_batch(
            step=said["step"],
            filters=form.filters(),
            day=said["day"],
            capacity=said["capacity"],
            at=clock.now(),
            by=user_of(request),
            key=f"relacion/{said['llave']}",
        )
        going = count_of(batch.accounts, "cuenta", "cuentas")
        return f"La relación {batch.document.folio} tiene {going}. Revísela: la aprueba otra persona.", redirect(
            "collections:batch", batch.pk
        )

    if request.method == "POST" and (response := done(request, form, act, what="preparar una relación de cobranza")):
        return response
    steps = LadderStep.objects.filter(is_active=True).select_related("order_type").order_by("position")
    context = {"form": form, "steps": steps}
    return render(request, "backoffice/collections/new_batch.html", context, status=422 if form.errors else 200)


@screen(SEE)
def batch(request: HttpRequest, collection_batch_id: int) -> HttpResponse:
    """One batch: what goes, in the order it is walked and by day; what does not and why; and what can be done."""
    found = _batch(collection_batch_id)
    by_state = acts_by_state(found)
    which = request.GET.get("ver", "")
    shown = TABS.get(which, TABS[""])
    day = request.GET.get("dia", "")
    rows = _acts(found).filter(state__in=shown[1])
    if day.isdecimal():
        rows = rows.filter(day_number=int(day))
    page = page_of(rows, order=["place"], params=request.GET)
    effect = next(iter(effects([found], days=EFFECT_DAYS)), None) if found.issued_at else None
    user = user_of(request)
    context = {
        "batch": found,
        "mark": batch_mark(found),
        "is_working": found.issuing_at is not None and found.issued_at is None,
        "tabs": [
            (code, name, sum(by_state.get(state, 0) for state in states)) for code, (name, states) in TABS.items()
        ],
        "which": which if which in TABS else "",
        "page": page,
        "rows": [(act, act_mark(act)) for act in page.rows],
        "reasons": reasons_out(found),
        "out": by_state.get("EXCLUDED", 0),
        "days": range(1, days_of(found.accounts, found.capacity) + 1) if found.capacity else range(0),
        "day": day,
        "effect": effect,
        "effect_days": EFFECT_DAYS,
        "is_own": found.made_by_id == user.pk,
        "is_on_paper": found.step.channel in ON_PAPER,
        "is_messages": found.step.channel in MESSAGES,
        "is_ordered_elsewhere": found.step.kind in {LadderStep.Kind.AUTHORISATION, LadderStep.Kind.EXECUTION},
        "papers_ready": batch_pdf_path(found).exists(),
        "pending": by_state.get("ISSUED", 0),
        "reason_form": ReasonForm(),
        "sent_form": SentForm(initial={"on": clock.today()}),
    }
    return render(request, "backoffice/collections/batch.html", context)


@screen(SEE)
def batch_workbook(request: HttpRequest, collection_batch_id: int) -> HttpResponse:
    """Every account of a batch with its text, to be taken to whoever sends the messages."""
    found = _batch(collection_batch_id)
    columns = (
        Column("Lugar", Kind.WHOLE, 8), Column("Día", Kind.WHOLE, 8), Column("Folio"), Column("Cuenta", width=12),
        Column("Titular", width=34), Column("Domicilio", width=44), Column("Ruta", width=8), Column("Teléfono"),
        Column("Correo", width=28), Column("Adeudo vencido", Kind.MONEY), Column("Meses", Kind.WHOLE, 8),
        Column("Total a pagar", Kind.MONEY), Column("Estado", width=20), Column("Por qué no va", width=60),
        Column("Texto", width=90),
    )  # fmt: skip
    rows = (
        (
            act.place or None, act.day_number, "" if act.document is None else act.document.folio, act.account.number,
            act.account.holder.name, act.account.connection.premises.address, act.account.route.number,
            act.account.holder.phone, act.account.holder.email, act.debt, act.months, act.to_pay, act_mark(act)[0],
            " ".join(act.blocks), text_of_act(act) if act.issued_on and act.step.template else "",
        )
        for act in _acts(found).order_by("place", "pk").iterator(chunk_size=2000)
    )  # fmt: skip
    return workbook(f"relacion-{found.document.folio}", columns, rows)


@screen(SEE)
def batch_pdf(request: HttpRequest, collection_batch_id: int) -> HttpResponse:
    """The list by which a day of the batch is walked, or all of it."""
    found = _batch(collection_batch_id)
    rows = _acts(found).exclude(state__in=["EXCLUDED", "DISCARDED", "RECALLED"]).order_by("place")
    if request.GET.get("dia", "").isdecimal():
        rows = rows.filter(day_number=int(request.GET["dia"]))
    now = clock.now()
    paper = report_paper(route_sheet(found, list(rows[:3000]), now), issuer_on(now))
    return pdf(paper.pdf(), f"relacion-{found.document.folio}.pdf")


@screen(SEE)
def notices_pdf(request: HttpRequest, collection_batch_id: int) -> HttpResponseBase:
    """Every paper of an issued batch, in walking order."""
    found = _batch(collection_batch_id)
    path = batch_pdf_path(found)
    if not path.exists():
        raise Http404
    return pdf(path.read_bytes(), path.name)


@screen(SEE)
def notice_pdf(request: HttpRequest, ladder_act_id: int) -> HttpResponse:
    """One paper, with the amounts of the day it was issued."""
    act = get_object_or_404(_all_acts(), pk=ladder_act_id)
    if act.document is None or act.issued_on is None or act.to_pay is None:
        raise Http404
    now = clock.now()
    sheet = notice_sheet(act, now)
    paper = slip_paper if act.step.channel == LadderStep.Channel.DOOR_HANGER else report_paper
    return pdf(paper(sheet, issuer_on(now)).pdf(), f"{act.document.folio}.pdf")


@screen(APPROVE, methods=("POST",))
def approve(request: HttpRequest, collection_batch_id: int) -> HttpResponse:
    """Approve a batch; whoever prepared it may not."""

    def act(found: CollectionBatch) -> str:
        approve_batch(batch=found, at=clock.now(), by=user_of(request))
        return f"Quedó aprobada la relación {found.document.folio}. Ya se puede emitir."

    return _act(request, collection_batch_id, act, what="aprobar una relación de cobranza")


@screen(BUILD, methods=("POST",))
def issue(request: HttpRequest, collection_batch_id: int) -> HttpResponse:
    """Ask for the batch to be issued."""

    def act(found: CollectionBatch) -> str:
        start_issuing_batch(batch=found, at=clock.now(), by=user_of(request))
        return "Se está emitiendo: cada cuenta se revisa otra vez y la que ya pagó se deja fuera."

    return _act(request, collection_batch_id, act, what="emitir una relación de cobranza")


@screen(BUILD, methods=("POST",))
def print_papers(request: HttpRequest, collection_batch_id: int) -> HttpResponse:
    """Print the papers of a short batch now; those of a long one are printed as soon as it is issued."""

    def act(found: CollectionBatch) -> str:
        if found.accounts <= PRINTED_AT_ONCE:
            print_notices(found, clock.now())
            return "Los avisos están listos."
        return "Los avisos se están imprimiendo; vuelva en unos minutos."

    return _act(request, collection_batch_id, act, what="imprimir avisos")


@screen(BUILD, methods=("POST",))
def discard(request: HttpRequest, collection_batch_id: int) -> HttpResponse:
    """Discard a batch, by who prepares them."""
    return _discard(request, collection_batch_id, what="descartar una relación de cobranza")


@screen(APPROVE, methods=("POST",))
def reject(request: HttpRequest, collection_batch_id: int) -> HttpResponse:
    """Discard a batch instead of approving it, by who approves them."""
    return _discard(request, collection_batch_id, what="no aprobar una relación de cobranza")


def _discard(request: HttpRequest, batch_id: int, *, what: str) -> HttpResponse:
    form = ReasonForm(request.POST)
    form.is_valid()

    def act(found: CollectionBatch) -> str:
        discard_batch(batch=found, reason=form.cleaned_data.get("reason", ""), at=clock.now(), by=user_of(request))
        return f"Se descartó la relación {found.document.folio}."

    return _act(request, batch_id, act, what=what)


@screen(BUILD, methods=("POST",))
def exclude(request: HttpRequest, collection_batch_id: int, ladder_act_id: int) -> HttpResponse:
    """Take an account out of the batch."""
    found = get_object_or_404(LadderAct, pk=ladder_act_id, batch=collection_batch_id)

    def act(_: CollectionBatch) -> str:
        exclude_act(act=found, reason=request.POST.get("reason", ""), at=clock.now(), by=user_of(request))
        return "La cuenta quedó fuera de la relación."

    return _act(request, collection_batch_id, act, what="quitar una cuenta de una relación")


@screen(CAPTURE, methods=("POST",))
def sent(request: HttpRequest, collection_batch_id: int) -> HttpResponse:
    """Say that the messages of the batch were sent."""
    form = SentForm(request.POST)
    on = form.cleaned_data["on"] if form.is_valid() else local_day(clock.now())

    def act(found: CollectionBatch) -> str:
        marked = mark_batch_sent(batch=found, on=on, at=clock.now(), by=user_of(request))
        return f"Quedaron como enviados: {count_of(marked, 'mensaje', 'mensajes')}."

    return _act(request, collection_batch_id, act, what="dar por enviados los mensajes")


def _act(request: HttpRequest, batch_id: int, act: Callable[[CollectionBatch], str], *, what: str) -> HttpResponse:
    found = _batch(batch_id)
    tell(request, lambda: act(found), what=what)
    return redirect("collections:batch", batch_id)


def _batch(batch_id: int) -> CollectionBatch:
    return get_object_or_404(batches(), pk=batch_id)


def _all_acts() -> QuerySet[LadderAct]:
    related = ("step", "document", "batch__document", "batch__approved_by", "order__document", "account__holder")
    return LadderAct.objects.select_related(*related, "account__connection__premises", "account__route")


def _acts(found: CollectionBatch) -> QuerySet[LadderAct]:
    return _all_acts().filter(batch=found)
