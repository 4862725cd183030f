"""The relaciones in which the service of debtors is authorised, account by account or many at once."""

from collections.abc import Mapping
from typing import Any

from django.db.models import Case, Count, Q, QuerySet, When
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from cauce.backoffice.reduction.forms import AuthoriseForm, RelationFilter
from cauce.collections.models import CollectionBatch, LadderAct, LadderStep
from cauce.collections.operations import MOST_AT_ONCE, authorise_reductions
from cauce.collections.queries.reduction import ServiceFile, service_files, service_table
from cauce.collections.rules.by_use import ACTION_NAMES
from cauce.collections.rules.ladder import names_of_uses
from cauce.core import clock
from cauce.core.es_mx import count_of
from cauce.ui.access import screen, user_of
from cauce.ui.acts import done
from cauce.ui.lists import Chosen, Listing, list_page, list_workbook
from cauce.ui.paging import Page
from cauce.ui.reauthentication import hides_password
from cauce.ui.spreadsheets import Column, Kind

SEE, AUTHORISE = "collections.view_arrears", "collections.authorise_reduction"
TONES = {
    "SELECTED": "accent",
    "AUTHORISED": "teal",
    "ISSUED": "teal",
    "DONE": "good",
    "NOT_DONE": "bad",
    "EXCLUDED": "",
    "RECALLED": "good",
    "DISCARDED": "",
}
BATCH_TONES = {"PREVIEWED": "accent", "APPROVED": "teal", "ISSUED": "good", "CLOSED": "", "DISCARDED": ""}
COLUMNS = [
    Column("Cuenta", width=12),
    Column("Titular", width=36),
    Column("Domicilio", width=50),
    Column("Uso", width=14),
    Column("Giro", width=24),
    Column("Adeudo vencido", Kind.MONEY, 16),
    Column("Meses", Kind.WHOLE, 8),
    Column("Estado", width=14),
    Column("Qué lo impide", width=80),
    Column("Orden", width=14),
    Column("Nota", width=40),
]


@screen(SEE)
def relations(request: HttpRequest) -> HttpResponse:
    """The relaciones of authorisation, the last first, with how many of each wait."""
    listing = Listing(rows=lambda chosen: _batches(), order=["-pk"])
    return list_page(request, listing, "backoffice/reduction/relations.html", lambda page: {"tones": BATCH_TONES})


@screen(SEE)
def table(request: HttpRequest) -> HttpResponse:
    """What may be done by use."""
    rows = [(row, names_of_uses([row.use_class]), ACTION_NAMES[row.action]) for row in service_table()]
    return render(request, "backoffice/reduction/table.html", {"rows": rows})


@screen(SEE)
def relation(request: HttpRequest, relation_id: int) -> HttpResponse:
    """A relación: each account with what it owes, what its use lets be done and what keeps it from being done."""
    batch = found_batch(relation_id)
    return _page(request, batch, AuthoriseForm(request=request, waiting=_waiting(batch)))


@screen(SEE)
def relation_workbook(request: HttpRequest, relation_id: int) -> HttpResponse:
    """The same list as a workbook."""
    return list_workbook(request, _listing(found_batch(relation_id)))


@screen(AUTHORISE, methods=("POST",))
@hides_password
def authorise(request: HttpRequest, relation_id: int) -> HttpResponse:
    """Authorise what was marked, with the password; the orders are issued in the background."""
    batch = found_batch(relation_id)
    form = AuthoriseForm(request.POST, request=request, waiting=_waiting(batch))

    def act() -> tuple[str, HttpResponse]:
        acts = list(form.cleaned_data["acto"]) or _all_that_may(batch)
        authorise_reductions(acts=acts, at=clock.now(), by=user_of(request))
        told = count_of(len(acts), "cuenta autorizada", "cuentas autorizadas")
        return f"{told}: sus órdenes se emiten enseguida, una por una.", redirect("reduction:relation", batch.pk)

    answer = done(request, form, act, what=f"autorizar reducciones de la relación {batch.document.folio}")
    return answer or _page(request, batch, form)


def found_batch(relation_id: int) -> CollectionBatch:
    """A relación of authorisation, or 404."""
    return get_object_or_404(_batches(), pk=relation_id)


def _batches() -> QuerySet[CollectionBatch]:
    batches = CollectionBatch.objects.filter(step__kind=LadderStep.Kind.AUTHORISATION)
    return batches.select_related("document", "step", "made_by", "approved_by").annotate(
        waiting=Count("acts", filter=Q(acts__state="SELECTED", acts__step__kind="AUTHORISATION")),
        authorised=Count("acts", filter=Q(acts__state="AUTHORISED")),
        ordered=Count("acts", filter=Q(acts__step__kind="EXECUTION")),
        called_back=Count("acts", filter=Q(acts__state="RECALLED", acts__step__kind="AUTHORISATION")),
    )


def _waiting(batch: CollectionBatch) -> QuerySet[LadderAct]:
    return LadderAct.objects.filter(batch=batch, step=batch.step, state=LadderAct.State.SELECTED)


def _all_that_may(batch: CollectionBatch) -> list[LadderAct]:
    """The first of the relación that nothing keeps from being authorised."""
    acts = list(_waiting(batch).select_related("step").order_by("place", "pk"))
    files = service_files(acts, day=clock.today())
    return [act for act in acts if files[act.pk].may][:MOST_AT_ONCE]


def _page(request: HttpRequest, batch: CollectionBatch, form: AuthoriseForm) -> HttpResponse:
    def more(page: Page[LadderAct]) -> Mapping[str, Any]:
        files = service_files([row for row in page.rows if row.state == "SELECTED"], day=clock.today())
        marked = set(request.POST.getlist("acto"))
        rows = [_row(row, files.get(row.pk), str(row.pk) in marked) for row in page.rows]
        may = batch.state in {"APPROVED", "ISSUED"} and request.user.has_perm(AUTHORISE) and batch.waiting  # type: ignore[attr-defined]
        return {
            "batch": batch,
            "rows": rows,
            "tones": TONES,
            "batch_tone": BATCH_TONES[batch.state],
            "may_authorise": may,
            "sign_form": form,
            "free": sum(1 for row in rows if row["may"]),
        }

    response = list_page(request, _listing(batch), "backoffice/reduction/relation.html", more)
    if form.errors and response.status_code == 200:
        response.status_code = 422
    return response


def _row(act: LadderAct, file: ServiceFile | None, is_marked: bool) -> dict[str, Any]:
    terms = None if file is None else file.terms
    return {
        "act": act,
        "may": file is not None and file.may,
        "blocks": act.blocks if file is None else file.blocks,
        "debt": act.debt if file is None else file.overdue,
        "months": act.months if file is None else file.months,
        "action": "" if terms is None else ACTION_NAMES[terms.action],
        "is_marked": is_marked,
    }


def _listing(batch: CollectionBatch) -> Listing[LadderAct]:
    def rows(chosen: Chosen) -> QuerySet[LadderAct]:
        acts = LadderAct.objects.filter(batch=batch, step=batch.step).select_related(
            "step", "order__document", "account__holder", "account__tariff_code", "account__connection__premises"
        )
        # Those that were never going have no place in the walk: they are read after those that go.
        acts = acts.annotate(stays=Case(When(place=0, then=1), default=0))
        return acts.filter(state=chosen["estado"]) if chosen["estado"] else acts

    return Listing(
        rows=rows,
        order=["stays", "place"],
        form=RelationFilter,
        name=f"relacion-{batch.document.folio}",
        columns=COLUMNS,
        cells=_cells,
    )


def _cells(act: LadderAct) -> tuple[object, ...]:
    account = act.account
    return (
        account.number,
        account.holder.name,
        account.connection.premises.address,
        names_of_uses([account.tariff_code.use_class]),
        account.activity,
        act.debt,
        act.months,
        act.get_state_display(),
        " ".join(act.blocks),
        "" if act.order is None else act.order.document.folio,
        act.note,
    )
