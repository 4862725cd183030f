"""Papers of legal acts, with or without an account, and the credentials of who serves them."""

from typing import TypeVar

from django.db.models import Model, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone

from cauce.backoffice.collections.forms import CredentialForm, FillForm, NewRecordForm, ReasonForm, RecordFilter
from cauce.backoffice.collections.papers import credential_paper, record_paper
from cauce.backoffice.collections.shapes import (
    ADD_RECORD,
    FILL_RECORD,
    NAME_NOTIFIER,
    SEE_RECORDS,
    record_mark,
)
from cauce.collections.models import LadderAct, LegalRecord, NotifierCredential
from cauce.collections.operations import (
    fill_legal_record,
    issue_credential,
    issue_legal_record,
    revoke_credential,
    void_legal_record,
)
from cauce.collections.rules.legal import MUST_FOLLOW, next_kind
from cauce.core import clock
from cauce.documents.operations import store_file
from cauce.documents.queries import file_content
from cauce.registry.models import Account
from cauce.ui.access import screen, user_of
from cauce.ui.acts import Done, done, tell
from cauce.ui.fields import new_key
from cauce.ui.lists import Chosen, Listing, list_page, list_workbook
from cauce.ui.replies import pdf
from cauce.ui.spreadsheets import Column, Kind

Row = TypeVar("Row", bound=Model)

FREE_KINDS = [choice for choice in LegalRecord.Kind.choices if choice[0] not in MUST_FOLLOW]
RELATED = ("document", "account", "credential__user", "credential__document", "follows__document", "act__document")


def _records(chosen: Chosen) -> QuerySet[LegalRecord]:
    rows = LegalRecord.objects.select_related(*RELATED)
    if chosen["estado"]:
        rows = rows.filter(state=chosen["estado"])
    if chosen["clase"]:
        rows = rows.filter(kind=chosen["clase"])
    return rows


_RECORDS = Listing(
    rows=_records,
    order=["-issued_at"],
    form=RecordFilter,
    name="actuaciones",
    columns=(
        Column("Folio"), Column("Actuación", width=28), Column("Estado"), Column("Cuenta"),
        Column("Domicilio", width=44),
        Column("A quién se dirige", width=34), Column("Asunto", width=40), Column("Quién la practica", width=28),
        Column("Emitida", Kind.MOMENT, 20), Column("Se practicó", Kind.MOMENT, 20), Column("Fundamento", width=50),
    ),
    cells=lambda record: (
        record.document.folio, record.get_kind_display(), record.get_state_display(),
        "" if record.account is None else record.account.number, record.place, record.addressee, record.matter,
        str(record.credential.user), record.issued_at, record.happened_at, record.legal_basis,
    ),
)  # fmt: skip


@screen(SEE_RECORDS)
def records(request: HttpRequest) -> HttpResponse:
    """Every paper of a legal act, the last first."""
    return list_page(
        request,
        _RECORDS,
        "backoffice/collections/records.html",
        lambda page: {"rows": [(record, record_mark(record)) for record in page.rows], "kinds": FREE_KINDS},
    )


@screen(SEE_RECORDS)
def records_workbook(request: HttpRequest) -> HttpResponse:
    """The same list, whole."""
    return list_workbook(request, _RECORDS)


@screen(ADD_RECORD, methods=("GET", "POST"))
def new_record(request: HttpRequest) -> HttpResponse:
    """Issue a paper: of an account, of a place, or after another one."""
    kind = request.GET.get("clase", LegalRecord.Kind.SUMMONS)
    if kind not in LegalRecord.Kind.values:
        raise Http404
    follows = _from(LegalRecord.objects.select_related(*RELATED), request.GET.get("sigue", ""))
    act = _from(LadderAct.objects.select_related("step", "document", "account"), request.GET.get("accion", ""))
    account = _from(Account.objects.all(), request.GET.get("cuenta", ""))
    if follows is not None:
        account = follows.account
    elif act is not None:
        account = act.account
    start = {
        "llave": new_key(),
        "account": "" if account is None else account.number,
        "place": "" if follows is None else follows.place,
        "addressee": "" if follows is None else follows.addressee,
        "matter": follows.matter if follows is not None else "" if act is None else act.step.name,
        "credential": None if follows is None else follows.credential_id,
    }
    posted = request.POST if request.method == "POST" else None
    form = NewRecordForm(posted, initial=start, day=clock.today(), kind=kind)

    def do() -> Done:
        said = {name: value for name, value in form.cleaned_data.items() if name != "llave"}
        made = issue_legal_record(
            kind=kind, act=act, follows=follows, at=clock.now(), by=user_of(request),
            key=f"actuacion/{form.cleaned_data['llave']}", **said,
        )  # fmt: skip
        return f"Se emitió {made.document.folio}. Imprímala; al regresar, asiente lo que se escribió.", redirect(
            "collections:record", made.pk
        )

    if posted is not None and (response := done(request, form, do, what="levantar una actuación")):
        return response
    context = {
        "form": form,
        "kind": LegalRecord.Kind(kind),
        "kinds": FREE_KINDS,
        "follows": follows,
        "act": act,
        "has_notifiers": NotifierCredential.objects.valid_on(clock.today()).exists(),
    }
    return render(request, "backoffice/collections/new_record.html", context, status=422 if form.errors else 200)


@screen(SEE_RECORDS, methods=("GET", "POST"))
def record(request: HttpRequest, legal_record_id: int) -> HttpResponse:
    """One paper: what it says, what was written on it, and what may follow it."""
    found = _record(legal_record_id)
    may_fill = request.user.has_perm(FILL_RECORD) and found.state == LegalRecord.State.ISSUED
    start = {"happened_at": timezone.localtime(clock.now())}
    is_sent = request.method == "POST" and may_fill
    form = (
        FillForm(request.POST, request.FILES, kind=found.kind) if is_sent else FillForm(initial=start, kind=found.kind)
    )

    def act() -> Done:
        now, by = clock.now(), user_of(request)
        sheet = form.cleaned_data["file"]
        kept = None if sheet is None else store_file(name=sheet.name, content=sheet.read(), at=now, by=by)
        fill_legal_record(record=found, happened_at=form.moment(), fields=form.told(), file=kept, at=now, by=by)
        return f"Quedó asentada {found.document.folio}.", redirect("collections:record", found.pk)

    if is_sent and (response := done(request, form, act, what="asentar una actuación")):
        return response
    after = next_kind(found.kind)
    context = {
        "record": found,
        "mark": record_mark(found),
        "form": form if may_fill else None,
        "after": None if after is None else LegalRecord.Kind(after),
        "followed_by": found.followed_by.exclude(state=LegalRecord.State.VOID).select_related("document").first(),
        "may_add": request.user.has_perm(ADD_RECORD),
        "reason_form": ReasonForm(),
    }
    return render(request, "backoffice/collections/record.html", context, status=422 if form.errors else 200)


@screen(SEE_RECORDS)
def record_pdf(request: HttpRequest, legal_record_id: int) -> HttpResponse:
    """The paper: to be filled in by hand, or as it was taken down."""
    found = _record(legal_record_id)
    return pdf(record_paper(found, clock.now()), f"{found.document.folio}.pdf")


@screen(SEE_RECORDS)
def record_file(request: HttpRequest, legal_record_id: int) -> HttpResponseBase:
    """The signed sheet, as it was scanned."""
    found = _record(legal_record_id)
    if found.file is None:
        raise Http404
    return HttpResponse(
        file_content(found.file),
        content_type=found.file.content_type,
        headers={"X-Content-Type-Options": "nosniff"},
    )


@screen(FILL_RECORD, methods=("POST",))
def void(request: HttpRequest, legal_record_id: int) -> HttpResponse:
    """Leave a paper without effect."""
    found = _record(legal_record_id)

    def act() -> str:
        void_legal_record(record=found, reason=request.POST.get("reason", ""), at=clock.now(), by=user_of(request))
        return f"{found.document.folio} quedó sin efecto."

    tell(request, act, what="dejar sin efecto una actuación")
    return redirect("collections:record", legal_record_id)


@screen(SEE_RECORDS)
def credentials(request: HttpRequest) -> HttpResponse:
    """Who may serve papers, and until when."""
    today = clock.today()
    rows = NotifierCredential.objects.select_related("document", "user", "issued_by").order_by("-valid_until", "-pk")
    context = {
        "rows": [
            (each, each.valid_from <= today <= each.valid_until and each.revoked_on is None) for each in rows[:200]
        ],
        "may_name": request.user.has_perm(NAME_NOTIFIER),
        "today": today,
    }
    return render(request, "backoffice/collections/credentials.html", context)


@screen(NAME_NOTIFIER, methods=("GET", "POST"))
def new_credential(request: HttpRequest) -> HttpResponse:
    """Name somebody as notifier."""
    form = (
        CredentialForm(request.POST)
        if request.method == "POST"
        else CredentialForm(initial={"valid_from": clock.today()})
    )

    def act() -> Done:
        made = issue_credential(**form.cleaned_data, at=clock.now(), by=user_of(request))
        return f"Se expidió la constancia {made.document.folio}. Imprímala para firma.", redirect(
            "collections:credentials"
        )

    if request.method == "POST" and (response := done(request, form, act, what="expedir una constancia")):
        return response
    context = {"form": form}
    return render(request, "backoffice/collections/new_credential.html", context, status=422 if form.errors else 200)


@screen(NAME_NOTIFIER, methods=("POST",))
def revoke(request: HttpRequest, credential_id: int) -> HttpResponse:
    """Withdraw a credential."""
    found = get_object_or_404(NotifierCredential.objects.select_related("document"), pk=credential_id)

    def act() -> str:
        revoke_credential(credential=found, reason=request.POST.get("reason", ""), at=clock.now(), by=user_of(request))
        return f"Se retiró la constancia {found.document.folio}."

    tell(request, act, what="retirar una constancia")
    return redirect("collections:credentials")


@screen(SEE_RECORDS)
def credential_pdf(request: HttpRequest, credential_id: int) -> HttpResponse:
    """The constancia on paper."""
    found = get_object_or_404(NotifierCredential.objects.select_related("document", "user"), pk=credential_id)
    return pdf(credential_paper(found, clock.now()), f"{found.document.folio}.pdf")


def _record(record_id: int) -> LegalRecord:
    related = (*RELATED, "file", "issued_by", "ended_by", "act__step", "act__batch__document")
    return get_object_or_404(LegalRecord.objects.select_related(*related), pk=record_id)


def _from(rows: QuerySet[Row], text: str) -> Row | None:
    return rows.filter(pk=int(text)).first() if text.isdecimal() else None
