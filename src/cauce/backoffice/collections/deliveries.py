"""What came of each notice: with the scanner, one folio after another; or at each door, from a phone."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from cauce.backoffice.collections.forms import DeliveryForm, WalkForm
from cauce.backoffice.collections.shapes import CAPTURE, act_mark
from cauce.collections.models import CollectionBatch, LadderAct
from cauce.collections.operations import NOTICE_SERIES, NoticeRefused, capture_delivery
from cauce.collections.queries.batches import batches
from cauce.collections.queries.notices import notice_by_number, notices_of
from cauce.collections.rules.notices import folio_number
from cauce.core import clock
from cauce.documents.operations import store_file
from cauce.ui.access import screen, user_of
from cauce.ui.acts import Done, done

SHOWN = 30


@screen(CAPTURE, methods=("GET", "POST"))
def capture(request: HttpRequest) -> HttpResponse:
    """One folio after another, keyboard only: the outcome and the day stay as they were."""
    start = {"outcome": request.GET.get("resultado", "DELIVERED"), "on": request.GET.get("dia") or clock.today()}
    form = DeliveryForm(request.POST) if request.method == "POST" else DeliveryForm(initial=start)

    def act() -> Done:
        said = form.cleaned_data
        found = notice_by_number(NOTICE_SERIES, folio_number(said["folio"]))
        if found is None:
            raise NoticeRefused(f"No hay ningún aviso con el folio «{said['folio']}»; revíselo o léalo otra vez.")
        captured = capture_delivery(
            act=found, outcome=said["outcome"], on=said["on"], note=said["note"], at=clock.now(), by=user_of(request)
        )
        assert captured.document is not None
        told = f"{captured.document.folio}: {captured.get_outcome_display().lower()}. Siga con el siguiente."
        return told, redirect(f"{request.path}?resultado={said['outcome']}&dia={said['on']:%Y-%m-%d}")

    if request.method == "POST" and (response := done(request, form, act, what="capturar la entrega de un aviso")):
        return response
    mine = (
        LadderAct.objects.filter(captured_by=user_of(request), outcome__gt="")
        .select_related("document", "step", "account__holder", "account__connection__premises")
        .order_by("-captured_at")
    )
    waiting = batches().filter(state=CollectionBatch.State.ISSUED, acts__state="ISSUED", acts__document__isnull=False)
    context = {
        "form": form,
        "captured": [(act, act_mark(act)) for act in mine[:SHOWN]],
        "batches": waiting.distinct().order_by("-issued_at", "pk")[:8],
    }
    return render(request, "backoffice/collections/capture.html", context, status=422 if form.errors else 200)


@screen(CAPTURE, methods=("GET", "POST"))
def walk(request: HttpRequest, collection_batch_id: int) -> HttpResponse:
    """The next door of a batch, on a phone: where it is, whose it is, and four buttons."""
    batch = get_object_or_404(batches(), pk=collection_batch_id)
    asked = request.POST.get("act") or request.GET.get("puerta", "")
    pending = notices_of(batch).filter(state=LadderAct.State.ISSUED)
    current = pending.filter(pk=asked).first() if asked.isdecimal() else None
    current = current or pending.first()
    form = WalkForm(request.POST, request.FILES) if request.method == "POST" else WalkForm()

    def act() -> Done:
        said, now, by = form.cleaned_data, clock.now(), user_of(request)
        found = get_object_or_404(LadderAct, pk=asked if asked.isdecimal() else 0, batch=batch)
        photo = said["photo"]
        evidence = None if photo is None else store_file(name=photo.name, content=photo.read(), at=now, by=by)
        captured = capture_delivery(
            act=found, outcome=said["outcome"], on=clock.today(), note=said["note"], evidence=evidence, at=now, by=by
        )
        return f"{captured.get_outcome_display()}. Siga con la siguiente puerta.", redirect(request.path)

    if request.method == "POST" and (response := done(request, form, act, what="capturar la entrega de un aviso")):
        return response
    if form.errors:
        for said in form.non_field_errors():
            messages.error(request, str(said))
    ahead = None if current is None else pending.filter(place__gt=current.place).first()
    total = notices_of(batch).count()
    context = {
        "batch": batch,
        "act": current,
        "ahead": ahead,
        "form": form,
        "left": pending.count(),
        "total": total,
        "outcomes": [
            ("DELIVERED", "Entregado", "check", "btn-primary"),
            ("REFUSED", "Se negó", "hand-stop", ""),
            ("VACANT", "Casa sola", "home", ""),
            ("RETURNED", "Devuelto", "arrows-exchange", ""),
        ],
    }
    return render(request, "backoffice/collections/walk.html", context, status=422 if form.errors else 200)
